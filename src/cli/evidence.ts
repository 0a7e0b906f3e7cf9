/** Evidence of probes on disk: a folder a camera and probe, small files with plain names, so that somebody else can judge. */
import {createHash} from 'node:crypto'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {ProbeTarget} from '../camera/probe-options.ts'
import type {Evidence, Exchange} from '../camera/witness.ts'
import type {Clock} from '../lib/clock.ts'
import {CitywatchError} from '../lib/errors.ts'
import {withoutLogin} from '../model/address.ts'

/** Of one answer; a longer one is cut, which its name says. */
const MAX_ANSWER_BYTES = 1024 * 1024
/** Exchanges kept of one probe, and bytes of all files of one probe. */
const MAX_EXCHANGES = 64
const MAX_BYTES = 16 * 1024 * 1024
const MAX_NAME = 40

/**
 * Opens evidence below `root`. Files are readable by their owner alone, never overwritten, and no link is followed: a name
 * that exists already is an error. Opening and keeping throw CW_IO and CW_DISK_FULL.
 */
export function evidenceIn(root: string, clock: Clock): (target: ProbeTarget) => EvidenceFolder {
  const taken = new Set<string>()
  return ({key}) => {
    const base = `${folderName(key)}/${new Date(clock.now()).toISOString().replace(/[:.]/g, '-')}`
    let folder = base
    for (let next = 2; taken.has(folder); next++) folder = `${base}-${next}`
    taken.add(folder)
    return new EvidenceFolder(root, folder)
  }
}

/** Safe on every file system, and different for different keys: `north-gate-1a2b3c4d`. */
export function folderName(key: string): string {
  const text = withoutLogin(key)
  const plain = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 8)
  return `${plain.slice(0, MAX_NAME) || 'camera'}-${hash}`
}

export class EvidenceFolder implements Evidence {
  readonly folder: string
  readonly #path: string
  #exchanges = 0
  #left = MAX_BYTES

  constructor(root: string, folder: string) {
    this.folder = folder
    this.#path = join(root, folder)
    attempt(this.#path, () => mkdirSync(this.#path, {recursive: true, mode: 0o700}))
  }

  exchanged({operation, request, answer, ...rest}: Exchange): void {
    this.#exchanges += 1
    if (this.#exchanges > MAX_EXCHANGES) return
    const name = `${String(this.#exchanges).padStart(2, '0')}-${plainName(operation)}`
    const isPicture = operation === 'GET' && rest.status === 200
    const cut = answer.length > MAX_ANSWER_BYTES
    const file = `${name}-answer${cut ? '-cut' : ''}.${/html/.test(rest.contentType ?? '') ? 'txt' : 'xml'}`
    if (operation !== 'GET') this.#write(`${name}-request.xml`, Buffer.from(request))
    if (!isPicture && answer.length > 0) this.#write(file, answer.subarray(0, MAX_ANSWER_BYTES))
    const line = {operation, ...rest, bytes: answer.length}
    this.#write('exchanges.jsonl', Buffer.from(`${JSON.stringify(line)}\n`), true)
  }

  described(sdp: Uint8Array): void {
    this.#write('stream.sdp', sdp)
  }

  snapshot(bytes: Uint8Array, kind: 'jpg' | 'png'): void {
    this.#write(`snapshot.${kind}`, bytes)
  }

  noSnapshot(why: string): void {
    this.#write('no-snapshot.txt', Buffer.from(`${why}\n`))
  }

  keyFrame(bytes: Uint8Array, codec: string): void {
    this.#write(`key-frame.${keyFrameSuffix(codec)}`, bytes)
  }

  /** The verdict beside what it was made from. */
  report(report: object): void {
    this.#write('report.json', Buffer.from(`${JSON.stringify(report, null, 2)}\n`))
  }

  /** Nothing is written that does not fit any more: what a hostile camera sends fills no disk. */
  #write(name: string, bytes: Uint8Array, append = false): void {
    if (bytes.length > this.#left) return
    this.#left -= bytes.length
    const path = join(this.#path, name)
    attempt(path, () => writeFileSync(path, bytes, {flag: append ? 'a' : 'wx', mode: 0o600}))
  }
}

/** What a file of a first key frame is called. */
export function keyFrameSuffix(codec: string): 'h264' | 'h265' | 'jpg' {
  if (/265|hevc/i.test(codec)) return 'h265'
  return /jpeg/i.test(codec) ? 'jpg' : 'h264'
}

function plainName(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, '').slice(0, MAX_NAME) || 'exchange'
}

function attempt(path: string, work: () => void): void {
  try {
    work()
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw new CitywatchError('CW_DISK_FULL', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: code ?? 'unusable'}, {cause})
  }
}
