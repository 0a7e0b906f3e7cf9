/** What each exit status means. Stable: scripts depend on it. */
export const EXIT_CODES: Readonly<Record<string, string>> = {
  0: 'done and healthy',
  1: 'internal failure',
  2: 'usage: the command, a flag, an address or a file was wrong',
  3: 'done, but something is unhealthy, rejected or partial',
  4: 'configuration or authentication',
  5: 'unreachable or timed out',
  6: 'conflict: stale plan, locked, in use, changed since',
  8: 'differences found (--check)',
  69: 'the runtime is too old',
  129: 'the terminal was closed',
  130: 'interrupted (Ctrl-C)',
  143: 'terminated',
}
