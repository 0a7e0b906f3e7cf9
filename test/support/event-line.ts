/** One open event stream as it goes over the wire, without the client's own mending. */
import {get, type IncomingMessage} from 'node:http'
import {onTestFinished} from 'vitest'

export async function openLine(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, {headers, agent: false}, resolve).once('error', reject)
  })
  response.on('error', () => {})
  onTestFinished(() => void response.destroy())
  return response
}

/** `12` for an entry, `skip 3-7`, `reset 9`, in the order of the wire. */
export function storyOf(text: string): string[] {
  return [...text.matchAll(/^id: \w+-(\d+)\nevent: (\S+)\ndata: (.*)$/gm)].map(([, seq, event, data = '']) => {
    if (event === 'reset') return `reset ${seq}`
    if (event !== 'skip') return String(seq)
    const {from, to} = JSON.parse(data)
    return `skip ${from}-${to}`
  })
}

/** Every sequence that entries and skips of a story have, in order; a skip may begin before what was told already. */
export function coveredBy(story: readonly string[], after = 0): number[] {
  const covered: number[] = []
  let told = after
  for (const one of story) {
    const [, from, to] = /^skip (\d+)-(\d+)$/.exec(one) ?? []
    const [first, last] = from === undefined ? [Number(one), Number(one)] : [Number(from), Number(to)]
    for (let seq = Math.max(first, told + 1); seq <= last; seq++) covered.push(seq)
    told = Math.max(told, last)
  }
  return covered
}
