/** What `init` writes as the scenario. @param name of the scenario @param manifest path, relative to the scenario */
export function scenarioTemplate(name: string, manifest: string): string {
  const safe = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return `# How long is a Deployment short of replicas when one of three machines loses power?
apiVersion: reconverge/v1
kind: Scenario
metadata: { name: ${safe === '' ? 'scenario' : safe} }
kubernetes: "1.32"          # whose behaviour and defaults
horizon: 20m                # end of simulated time
seed: 1                     # same seed, same results
replications: 200           # each with its own draws

cluster:
  nodes:
    - { name: worker, count: 3, zones: [a, b, c], allocatable: { cpu: "4", memory: 16Gi, pods: 110 } }
  # Flags under their real names; what is absent has the default of that Kubernetes release:
  # kube-controller-manager: { node-monitor-grace-period: 40s }
  # kube-apiserver: { default-unreachable-toleration-seconds: 300 }

workloads:                  # genuine manifests, as kubectl get -o yaml prints them
  - { file: ${manifest} }

behaviour:                  # what manifests do not say
  - { select: deployment/default/web, start: 2s, ready: 5s, stop: 1s }

faults:
  - name: power-loss
    fault: node-crash
    when: { at: 60s }
    who: { all: true, count: 1 }      # a random machine
    for: 10m                          # then power is back, and the machine boots

expect:                     # exit code 1 when one fails
  - convergence{fault="power-loss"}.p95 < 7m
`
}

/** What `init` writes as the manifest. */
export const manifestTemplate = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default }
spec:
  replicas: 6
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: example.com/web:v1
          resources: { requests: { cpu: 500m, memory: 256Mi } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: default }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
`
