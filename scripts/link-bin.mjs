// Puts citywatch itself beside the tools of node_modules/.bin, so that `npx citywatch` works in a clone.
import {chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const place = 'node_modules/.bin/citywatch'
if (existsSync('node_modules')) {
  mkdirSync('node_modules/.bin', {recursive: true})
  rmSync(place, {force: true})
  if (process.platform === 'win32') writeFileSync(`${place}.cmd`, '@node "%~dp0\\..\\..\\bin\\run.js" %*\r\n')
  else {
    symlinkSync('../../bin/run.js', place)
    chmodSync('bin/run.js', 0o755)
  }
}
