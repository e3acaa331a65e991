import { names, type RefusedFlag } from './known.ts'

/** Logging, profiling and metrics of every program (component-base, 1.20 … 1.36). */
export const LOGGING = names(`
  add-dir-header alsologtostderr contention-profiling disabled-metrics help log-backtrace-at log-dir log-file log-file-max-size log-flush-frequency
  log-json-info-buffer-size log-json-split-stream log-text-info-buffer-size log-text-split-stream logging-format logtostderr one-output profiling
  show-hidden-metrics-for-version skip-headers skip-log-headers stderrthreshold v version vmodule allow-metric-labels allow-metric-labels-manifest
`)

/** Serving and trust of every program with an authenticated port (apiserver options, 1.20 … 1.36). */
export const SERVING = names(`
  address authentication-kubeconfig authentication-skip-lookup authentication-token-webhook-cache-ttl authentication-tolerate-lookup-failure
  authorization-always-allow-paths authorization-kubeconfig authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl
  bind-address cert-dir client-ca-file disable-http2-serving http2-max-streams-per-connection permit-address-sharing permit-port-sharing port
  requestheader-allowed-names requestheader-client-ca-file requestheader-extra-headers-prefix requestheader-group-headers requestheader-uid-headers
  requestheader-username-headers secure-port tls-cert-file tls-cipher-suites tls-curve-preferences tls-min-version tls-private-key-file tls-sni-cert-key
`)

/** Of programs that are clients of the API server and elect a leader. */
export const CLIENT = names(`
  kube-api-content-type kubeconfig leader-elect-resource-lock leader-elect-resource-name leader-elect-resource-namespace master
`)

/** Which gates are on is part of the release. */
export const GATES: RefusedFlag = { harmless: [''], instead: 'gates are as the release under `kubernetes` has them' }

/** Of programs that elect a leader. */
export const LEADER_ELECT: RefusedFlag = { harmless: [true], instead: 'write it as cluster.control-plane.leader-elect, for both programs' }
