// Runs a utility process's program in a child process of Node: what Electron gives it on process.parentPort goes over
// Node's channel, and that channel is hidden from the program.
import { EventEmitter } from 'node:events'
import { pathToFileURL } from 'node:url'

const port = new EventEmitter()
const send = process.send.bind(process)
port.postMessage = (message) => { send(message) }
// As a port does: what comes before somebody listens waits.
const waiting = []
process.on('message', (data) => {
  const event = { data, ports: [] }
  if (port.listenerCount('message') === 0) waiting.push(event)
  else port.emit('message', event)
})
port.on('newListener', () => { setImmediate(() => { for (const event of waiting.splice(0)) port.emit('message', event) }) })
process.on('disconnect', () => { process.exit(0) })
process.send = undefined
process.parentPort = port

await import(pathToFileURL(process.argv[2]).href)
