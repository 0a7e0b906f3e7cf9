// Prints the file of every module that a command loads: preloaded with --import.
import {registerHooks} from 'node:module'

registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) process.stdout.write(`LOADED ${url}\n`)
    return next(url, context)
  },
})
