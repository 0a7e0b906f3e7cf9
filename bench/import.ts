/** Import of a city's list, checked and planned: rows a second and memory at its peak. npm run bench -- import */
import {importInventory} from '../src/site/import.ts'
import {generateInventory} from '../test/support/inventory.ts'
import {sourceOfText} from '../test/support/table-text.ts'
import {print} from './support/report.ts'

const ROWS = 100_000
const PEAK_LIMIT_MB = 700
const MB = 1024 * 1024

const {csv} = generateInventory({seed: 6, rows: ROWS})
const source = sourceOfText(csv)
const parsed = performance.now()
const bare = csv.split('\n').reduce((cells, line) => cells + line.split(',').length, 0)
const bareMs = performance.now() - parsed
const started = performance.now()
const watcher = {signal: new AbortController().signal, onTable() {}, onProgress() {}}
const {counts} = await importInventory(source, {maps: [], apply: false, bestEffort: false}, undefined, watcher)
const ms = performance.now() - started
const peakMb = Math.round(process.resourceUsage().maxRSS / 1024)
print('import of 100,000 rows of 27 columns, nothing written', [
  {
    what: 'time, against cutting the text at its commas',
    measured: `${Math.round((ROWS * 1_000) / ms).toLocaleString('en-GB')} rows/s; ${bare.toLocaleString('en-GB')} cells cut in ${Math.round(bareMs)} ms`,
    ratio: `${(ms / bareMs).toFixed(1)} ×`,
    limit: '-',
    holds: counts.created === ROWS && counts.rejected === 0,
  },
  {
    what: 'memory of the whole process at its peak',
    measured: `${peakMb} MB, the file's ${Math.round(csv.length / MB)} MB included`,
    ratio: `${(peakMb / PEAK_LIMIT_MB).toFixed(2)} ×`,
    limit: `≤ ${PEAK_LIMIT_MB} MB`,
    holds: peakMb <= PEAK_LIMIT_MB,
  },
])
