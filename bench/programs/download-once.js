// The fastest Node.js program that was found for what the download action gives: a file that is hashed and synced to the
// disk. It has no retries, no checks, and no limits of time.
import { createHash } from 'node:crypto'
import { open, rename } from 'node:fs/promises'
import { get } from 'node:http'

const BATCH_BYTES = 1024 * 1024
const SYNC_EVERY_BYTES = 64 * 1024 * 1024
const { TARGET, ACCESS_TOKEN } = process.env
const hash = createHash('sha256')
const file = await open('bare.tmp', 'w')
let batch = []
let batchBytes = 0
let writing = Promise.resolve()
let unsyncedBytes = 0
let syncing = Promise.resolve()

/** Starts to write the batch and hashes it meanwhile, then waits for the write before this one. */
async function write() {
  const pieces = batch
  batch = []
  batchBytes = 0
  const previous = writing
  writing = file.writev(pieces)
  for (const piece of pieces) hash.update(piece)
  await previous
  if (unsyncedBytes < SYNC_EVERY_BYTES) return
  unsyncedBytes = 0
  await syncing
  syncing = file.datasync()
}

const answer = await new Promise((resolve, reject) => {
  get(TARGET, { headers: { authorization: `Bearer ${ACCESS_TOKEN}` } }, resolve).on('error', reject)
})
if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}`)
for await (const piece of answer) {
  batch.push(piece)
  batchBytes += piece.length
  unsyncedBytes += piece.length
  if (batchBytes >= BATCH_BYTES) await write()
}
if (batchBytes > 0) await write()
await writing
await syncing
await file.sync()
await file.close()
await rename('bare.tmp', 'bare.pdf')
console.log(hash.digest('hex'))
