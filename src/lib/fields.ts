/** Reads members of a value that came from outside, each checked and bounded. */
import {CitywatchError} from './errors.ts'
import {type SafeText, safeText} from './safe-text.ts'

/** One object from outside. Every reader throws CW_BAD_VALUE naming the member. Only own members are ever looked at. */
export class Fields {
  readonly #members: object
  readonly #where: string

  constructor(value: unknown, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(where, value, 'an object')
    this.#members = value
    this.#where = where
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined
  }

  /** The member as it came; undefined when absent or inherited. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#members, name) ? (this.#members as Record<string, unknown>)[name] : undefined
  }

  /** Path of a member, for messages. */
  at(name: string): string {
    return this.#where === '' ? name : `${this.#where}.${name}`
  }

  /** Text made safe; at most `max` code points remain. */
  text(name: string, max: number): SafeText {
    const value = this.raw(name)
    if (typeof value !== 'string') throw bad(this.at(name), value, 'text')
    return safeText(value, max)
  }

  optionalText(name: string, max: number): SafeText | undefined {
    return this.has(name) ? this.text(name, max) : undefined
  }

  /** Text that identifies something, so it is refused rather than changed: 1 to `max` harmless characters. */
  key(name: string, max: number): string {
    const value = this.raw(name)
    if (typeof value !== 'string' || value === '' || value.length > max || safeText(value, max) !== value) {
      throw bad(this.at(name), value, `1 to ${max} printable characters`)
    }
    return value
  }

  matching(name: string, pattern: RegExp, expected: string): string {
    const value = this.raw(name)
    if (typeof value !== 'string' || !pattern.test(value)) throw bad(this.at(name), value, expected)
    return value
  }

  oneOf<const T extends string | number>(name: string, options: readonly T[]): T {
    const value = this.raw(name)
    const found = options.find((option) => option === value)
    if (found === undefined) throw bad(this.at(name), value, `one of ${options.join(', ')}`)
    return found
  }

  integer(name: string, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.raw(name)
    if (!Number.isSafeInteger(value) || Number(value) < min || Number(value) > max) {
      throw bad(this.at(name), value, `a whole number from ${min} to ${max}`)
    }
    return Number(value)
  }

  optionalInteger(name: string, min: number, max?: number): number | undefined {
    return this.has(name) ? this.integer(name, min, max) : undefined
  }

  number(name: string, min: number, max: number): number {
    const value = this.raw(name)
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      throw bad(this.at(name), value, `a number from ${min} to ${max}`)
    }
    return value
  }

  boolean(name: string): boolean {
    const value = this.raw(name)
    if (typeof value !== 'boolean') throw bad(this.at(name), value, 'true or false')
    return value
  }

  object(name: string): Fields {
    return new Fields(this.raw(name), this.at(name))
  }

  list<T>(name: string, max: number, parse: (item: unknown, where: string) => T): T[] {
    const value = this.raw(name)
    if (!Array.isArray(value) || value.length > max) throw bad(this.at(name), value, `a list of at most ${max}`)
    return value.map((item, index) => parse(item, `${this.at(name)}[${index}]`))
  }

  /** Own names of the object, for maps with free names. */
  names(): string[] {
    return Object.keys(this.#members)
  }
}

/** The members that are there: `{...present({zone})}` leaves out an undefined zone. */
export function present<T extends object>(members: T): {[K in keyof T]?: Exclude<T[K], undefined>} {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

export function bad(field: string, value: unknown, expected: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field, value: shown(value), expected})
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return safeText(JSON.stringify(value) ?? typeof value, 80)
}
