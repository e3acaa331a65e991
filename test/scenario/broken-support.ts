import type { ReadOptions, ReadResult } from '../../src/scenario/read.ts'
import { read } from '../../src/scenario/read.ts'
import { loadFrom, vocabulary } from './vocabulary.ts'

/** The workload of the broken scenarios, which is sound itself. */
export const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: app, image: "web:v1" }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`

/** What broken scenarios refer to. */
export const FILES = { 'web.yaml': WEB, 'trace.csv': 'when,for\n10,20\n', 'words.csv': 'time\nsoon\nlater\n' }

/** Reads a manifest in a scenario that is sound itself. */
export function around(name: string, manifest: string | Uint8Array, options: ReadOptions = {}): ReadResult {
  const version = name.includes('before-its-time') ? '1.20' : '1.32'
  const text = `apiVersion: reconverge/v1
kind: Scenario
metadata: { name: sound }
kubernetes: "${version}"
horizon: 20m
cluster: { nodes: [{ name: worker, count: 2 }] }
workloads: [{ file: ${name} }]
`
  return read({ path: 'sound.yaml', text, load: loadFrom({ [name]: manifest }) }, vocabulary, options)
}
