/** English messages: what failed, on which thing, with which value; and what to do next. */
import type {Catalogue} from './language.ts'

export const en: Catalogue = {
  errors: {
    CW_INTERNAL: [
      (p) => `internal failure: ${p.detail}`,
      'This is a bug. Run again with --debug and report what it prints.',
    ],
    CW_DISK_FULL: [
      (p) => `no space left on the disk of ${p.path}`,
      'Free some space, then run the same command again.',
    ],
    CW_IO: [(p) => `cannot use ${p.path}: ${p.detail}`, 'Check the path, its permissions and the disk.'],
    CW_PROTOCOL_LOCAL: [
      (p) => `refusing to send an illegal ${p.protocol} message: ${p.detail}`,
      'Check the value you gave; if it is right, report this as a bug.',
    ],
    CW_PROTOCOL_REMOTE: [
      (p) => `the peer sent what ${p.protocol} forbids: ${p.detail}`,
      'Check that the address and port belong to the right kind of device.',
    ],
    CW_USAGE: [(p) => `${p.detail}`, 'Run the command with --help.'],
    CW_NO_TARGET: [
      (p) => `${p.command} needs a target`,
      'Name one or more addresses, pass --all, or pipe one address a line and give -.',
    ],
    CW_BAD_ADDRESS: [
      (p) => `${p.value} is no address (${p.where})`,
      'Write host, host:port, or http://host:port/path; IPv6 in square brackets.',
    ],
    CW_BAD_VALUE: [
      (p) => `${p.field} cannot be ${p.value}: expected ${p.expected}`,
      'Correct the value and run again.',
    ],
    CW_FILE_NOT_FOUND: [(p) => `no such file: ${p.path}`, 'Check the path; - reads standard input.'],
    CW_FILE_EXISTS: [(p) => `${p.path} is there already`, 'Choose another name, or pass --force to replace it.'],
    CW_NOT_A_BACKUP: [
      (p) => `${p.path} is no sound backup: ${p.detail}`,
      'Nothing was changed. Use another backup; citywatch platform backup makes them.',
    ],
    CW_NOT_A_TABLE: [
      (p) => `${p.path} is not a table: ${p.detail}`,
      'Export the sheet as CSV with one header row and try that file.',
    ],
    CW_TOO_LARGE: [
      (p) => `${p.path} is too large: more than ${p.limit} ${p.what}`,
      'Split the file, or check that it is the right one.',
    ],
    CW_UNKNOWN_ENCODING: [
      (p) => `cannot tell the encoding of ${p.path}; it could be ${p.candidates}`,
      'Name it with --encoding, for example --encoding gb18030.',
    ],
    CW_UNKNOWN_COLUMN: [(p) => `no column named ${p.column}; the file has ${p.known}`, 'Correct --map field=Column.'],
    CW_CONFIRM: [(p) => `${p.action} needs a confirmation`, 'Run it in a terminal, or pass --yes.'],
    CW_ROWS_REJECTED: [
      (p) => `${p.rejected} of ${p.rows} rows rejected, nothing was written`,
      'Correct the rows listed above, or pass --best-effort to import the others.',
    ],
    CW_CONFIG: [
      (p) => `cannot read the configuration ${p.path}: ${p.detail}`,
      'Mend the file, or move it away to start afresh.',
    ],
    CW_NO_CONTEXT: [
      (p) => `no context named ${p.name}`,
      'See citywatch context list; add one with citywatch context add NAME URL.',
    ],
    CW_AUTH: [
      (p) => `${p.target} refused the credentials`,
      'Check the user name and the token or password file; a session that has run out is renewed by citywatch context login.',
    ],
    CW_FORBIDDEN: [
      (p) => `${p.what} is not allowed: ${p.detail}`,
      'An admin of the platform gives roles and jurisdictions: citywatch platform user list, platform token list.',
    ],
    CW_TOO_MANY_TRIES: [
      (p) => `too many failed log-ins at ${p.target}; the next try counts in ${p.waitS} s`,
      'Wait that long; an admin ends a lock-out at once with citywatch platform user unlock NAME.',
    ],
    CW_CERTIFICATE: [
      (p) => `the certificate of ${p.target} is not accepted: ${p.detail}`,
      'If it was renewed on purpose, read its fingerprint where it was made and give it to citywatch context add --fingerprint; else somebody may stand in between.',
    ],
    CW_NOT_LOOPBACK: [
      (p) => `refusing to listen on ${p.host} without authentication`,
      'Add a user (citywatch platform user add NAME --role admin), give --token-file FILE, or listen on 127.0.0.1.',
    ],
    CW_DISPATCH_GUARD: [
      (p) => `event ${p.code} may send out the police or the fire brigade and ${p.host} is not this machine`,
      'Put the account on test first: citywatch panel ontest start ACCOUNT; or pass --i-know when the centre knows.',
    ],
    CW_TIMEOUT: [
      (p) => `no answer from ${p.target} within ${p.timeoutMs} ms`,
      'Check address, firewall and power, or raise --timeout.',
    ],
    CW_UNREACHABLE: [
      (p) => `cannot reach ${p.target}: ${p.detail}`,
      'Check that the host is up and the port is right.',
    ],
    CW_TOO_MANY_REQUESTS: [
      (p) => `${p.target} takes no more requests of this kind now; again in ${p.waitS} s`,
      'Ask less often, or raise --max-requests of platform serve.',
    ],
    CW_NO_PLATFORM: [
      (p) => `no platform answers at ${p.url}: ${p.detail}`,
      'Start one with citywatch platform serve, or choose another with --context or --platform.',
    ],
    CW_CONFLICT: [(p) => `${p.what}: ${p.detail}`, 'Look at the present state, then decide again.'],
    CW_PORT_IN_USE: [(p) => `port in use: ${p.address}`, 'Stop the other program, or choose another port.'],
    CW_LOCKED: [(p) => `${p.what} is in use by ${p.holder}`, 'Wait until it has finished, or stop it.'],
  },
}
