/** Somebody else's programs as judges of our pictures; tests that need one are skipped by name where it is not installed. */
import {execa, execaSync} from 'execa'

export function isInstalled(tool: string): boolean {
  return execaSync(tool, ['-version'], {reject: false, stdin: 'ignore'}).exitCode === 0
}

/** Standard output and standard error of a media tool, whatever its exit code. */
export async function runTool(
  tool: string,
  args: readonly string[],
  input?: Uint8Array,
): Promise<{stdout: string; stderr: string}> {
  const {stdout, stderr} = await execa(tool, args, {
    reject: false,
    timeout: 15_000,
    ...(input ? {input} : {stdin: 'ignore' as const}),
  })
  return {stdout: String(stdout ?? ''), stderr: String(stderr ?? '')}
}

/** Standard output as bytes; throws when the tool fails. */
export async function runToolForBytes(tool: string, args: readonly string[], input: Uint8Array): Promise<Uint8Array> {
  const {stdout} = await execa(tool, args, {input, encoding: 'buffer', timeout: 15_000})
  return stdout
}
