/** A camera's session description as a viewer of ours gets it: control addresses are numbers, the camera's own are kept aside. */

export interface LocalDescription {
  readonly text: string
  /** By medium, as the camera spelled them; undefined where it names none. */
  readonly controls: readonly (string | undefined)[]
  readonly sessionControl: string | undefined
}

const MAX_MEDIA = 32

/** Every line stays as it is but `a=control`: media are numbered from 0, the session is `*`. Media beyond the 32nd are left out. */
export function localDescription(sdp: string): LocalDescription {
  const controls: (string | undefined)[] = []
  let sessionControl: string | undefined
  const lines: string[] = []
  for (const line of sdp.split(/\r?\n/)) {
    const control = /^a=control:(.*)$/.exec(line)?.[1]?.trim()
    if (control !== undefined) {
      if (controls.length === 0) sessionControl = control
      else controls[controls.length - 1] = control
      continue
    }
    if (line.startsWith('m=')) {
      if (controls.length === MAX_MEDIA) break
      controls.push(undefined)
      lines.push(line, `a=control:${controls.length - 1}`)
    } else if (line !== '') lines.push(line)
  }
  const at = lines.findIndex((line) => line.startsWith('m='))
  lines.splice(at === -1 ? lines.length : at, 0, 'a=control:*')
  return {text: `${lines.join('\r\n')}\r\n`, controls, sessionControl}
}
