import { parentPort, workerData } from 'node:worker_threads'
import { sweepFolder } from './sweep.ts'

parentPort?.postMessage(await sweepFolder(workerData as string))
