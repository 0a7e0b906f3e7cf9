/** A small tree of XML elements by local name, every value the text it was, and the ways to look into it. */

export interface Element {
  /** Local name: `tds:GetNTPResponse` → `GetNTPResponse`. Devices disagree about prefixes and namespaces. */
  readonly name: string
  /** By local name; of two equal names the first counts. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly Element[]
  /** Text and CDATA directly inside, without the white space around it. Never made into a number: `1.10` stays `1.10`. */
  readonly text: string
}

/** The first child of that name, and so on down the path; undefined where one is missing. */
export function childOf(parent: Element | undefined, ...path: readonly string[]): Element | undefined {
  return path.reduce<Element | undefined>((at, name) => at?.children.find((child) => child.name === name), parent)
}

/** All children of that name. */
export function childrenOf(parent: Element | undefined, name: string): readonly Element[] {
  return parent?.children.filter((child) => child.name === name) ?? []
}

/** Text of the element at the path; undefined when it is missing or empty. */
export function textOf(parent: Element | undefined, ...path: readonly string[]): string | undefined {
  return childOf(parent, ...path)?.text || undefined
}

/** Ends of the times that devices are believed, ms since the epoch: the years 1 to 9999. What lies beyond breaks whatever is made of it. */
const FIRST_INSTANT = -62_135_596_800_000
const LAST_INSTANT = 253_402_300_799_999

/** Ms since the epoch of a text that names a moment; undefined for anything else. */
export function instant(text: string | undefined): number | undefined {
  return believable(Date.parse(text ?? ''))
}

/** The moment itself; undefined for one that no device can mean, and for NaN. */
export function believable(at: number): number | undefined {
  return at >= FIRST_INSTANT && at <= LAST_INSTANT ? at : undefined
}

/** Digits as a number; undefined for anything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
