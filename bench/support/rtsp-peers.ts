/** The other sides of the RTSP bench: a server that does nothing but describe behind a Digest login, cameras, and bare sockets. */
import {createHash} from 'node:crypto'
import {connect, createServer} from 'node:net'
import {Secret} from '../../src/lib/secret.ts'
import {parseAuthorization, verify} from '../../src/protocol/http-auth/digest.ts'
import {SimCamera} from '../../src/sim/camera/camera.ts'
import {listenRtsp} from '../../src/sim/camera/rtsp/listen.ts'

export const USER = 'admin'
export const PASSWORD = 'bench'
const REALM = 'bench'
const NONCE = '0123456789abcdef0123456789abcdef'
/** Sound alone: whoever asks for a picture is done when it has read this. */
const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\na=control:trackID=1\r\n'

const clock = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
}

/** Prints its port. Checks each login and describes; knows nothing else. */
export function serveDescriptions(): void {
  const server = createServer({noDelay: true}, (socket) => {
    let text = ''
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        socket.write(answer(text.slice(0, end)))
        text = text.slice(end + 4)
      }
    })
  })
  server.listen({host: '127.0.0.1', port: 0, backlog: 4_096}, () => {
    const address = server.address()
    console.log(typeof address === 'object' && address ? address.port : 0)
  })
}

function answer(request: string): string {
  const cseq = /CSeq: (\d+)/i.exec(request)?.[1] ?? '0'
  if (request.startsWith('OPTIONS')) return `RTSP/1.0 200 OK\r\nCSeq: ${cseq}\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n`
  const login = parseAuthorization(/^Authorization: (.*)$/im.exec(request)?.[1]?.trim() ?? '')
  if (!login || !verify(login, {password: PASSWORD, method: 'DESCRIBE'})) {
    return `RTSP/1.0 401 Unauthorized\r\nCSeq: ${cseq}\r\nWWW-Authenticate: Digest realm="${REALM}", nonce="${NONCE}"\r\n\r\n`
  }
  return `RTSP/1.0 200 OK\r\nCSeq: ${cseq}\r\nContent-Type: application/sdp\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`
}

/** Cameras that begin anywhere between two key frames, one a second. Prints their ports. */
export async function serveCameras(count: number): Promise<void> {
  const credential = {user: USER, password: new Secret(PASSWORD)}
  const cameras = Array.from({length: count}, (_, index) => {
    const spec = {key: `C${index}`, name: 'Bench', address: '127.0.0.1', httpPort: 0, rtspPort: 0, credential}
    return new SimCamera({...spec, stream: {fault: 'mid-group'}}, clock)
  })
  await listenRtsp(cameras)
  console.log(JSON.stringify(cameras.map(({rtspPort}) => rtspPort)))
}

/** The same three requests from a socket and nothing else; true when the description came. */
export function bareDescribe(port: number): Promise<boolean> {
  const uri = `rtsp://127.0.0.1:${port}/s`
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const socket = connect({host: '127.0.0.1', port, noDelay: true})
  return new Promise((resolve) => {
    const done = (isDescribed: boolean) => {
      socket.destroy()
      resolve(isDescribed)
    }
    let text = ''
    socket.on('error', () => done(false))
    socket.on('connect', () => socket.write(`OPTIONS ${uri} RTSP/1.0\r\nCSeq: 1\r\n\r\n`))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (!text.includes('\r\n\r\n')) return
      if (text.includes('m=audio')) done(true)
      else if (text.includes('Public')) socket.write(`DESCRIBE ${uri} RTSP/1.0\r\nCSeq: 2\r\n\r\n`)
      else {
        const nonce = /nonce="([^"]*)"/.exec(text)?.[1] ?? ''
        const response = md5(`${md5(`${USER}:${REALM}:${PASSWORD}`)}:${nonce}:${md5(`DESCRIBE:${uri}`)}`)
        const login = `Digest username="${USER}", realm="${REALM}", nonce="${nonce}", uri="${uri}", response="${response}"`
        socket.write(`DESCRIBE ${uri} RTSP/1.0\r\nCSeq: 3\r\nAuthorization: ${login}\r\n\r\n`)
      }
      text = ''
    })
  })
}
