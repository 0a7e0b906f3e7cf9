/** RTSP addresses: userinfo is dropped on sight, and no control URL leads away from the camera that was asked. */

export interface RtspUrl {
  /** Without brackets: `10.0.0.5`, `::1`, `cam.example`. */
  readonly host: string
  readonly port: number
  /** Path and query as the device spelled them: `/cam?channel=1&subtype=0`; may be empty. */
  readonly path: string
  /** In TLS: `rtsps://`. */
  readonly secure?: true
}

/** As registered with IANA: rtsp, rtsps. */
const DEFAULT_PORT = {plain: 554, secure: 322} as const
const URL_FORM =
  /^rtsp(s)?:\/\/(?:[^/?#]*@)?(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9][\w.-]{0,252}))(?::(\d{1,5}))?([/?][\x21-\x7e]{0,2048})?$/i

/** Undefined for anything but an `rtsp://` or `rtsps://` address. Userinfo is dropped. */
export function parseRtspUrl(text: string): RtspUrl | undefined {
  const [, secure, v6, name, digits, path = ''] = URL_FORM.exec(text.trim()) ?? []
  const host = v6 ?? name
  const port = digits === undefined ? DEFAULT_PORT[secure ? 'secure' : 'plain'] : Number(digits)
  if (host === undefined || port < 1 || port > 0xffff) return undefined
  return {host, port, path, ...(secure ? {secure: true} : {})}
}

/** `rtsp://host:port/path`, the form for request lines and for people. */
export function formatRtspUrl({host, port, path, secure}: RtspUrl): string {
  return `rtsp${secure ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`
}

/**
 * The address that an SDP `control` attribute names, always on the host and port of `base`, in TLS or in the clear as it is: an absolute one keeps only its
 * path. A relative one is appended behind a slash, even after a query, as cameras and players do (RFC 2326 §C.1.1).
 */
export function resolveControl(base: RtspUrl, control: string | undefined): RtspUrl {
  if (control === undefined || control === '*' || control === '') return base
  const absolute = parseRtspUrl(control)
  if (absolute) return {...base, path: absolute.path}
  if (!/^[\x21-\x7e]{1,1024}$/.test(control)) return base
  const joint = base.path.endsWith('/') || control.startsWith('/') || control.startsWith('?') ? '' : '/'
  const relative = base.path.endsWith('/') ? control.replace(/^\/+/, '') : control
  return {...base, path: `${base.path}${joint}${relative}`}
}
