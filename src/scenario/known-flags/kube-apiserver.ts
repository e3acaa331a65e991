import { type KnownFlags, names } from './known.ts'
import { GATES, LOGGING, SERVING } from './shared.ts'

/**
 * kube-apiserver: cmd/kube-apiserver/app/options, pkg/controlplane/apiserver/options, staging/src/k8s.io/apiserver/pkg/server/options, 1.20
 * … 1.36.
 */
export const KUBE_APISERVER: KnownFlags = {
  ignored: [
    ...LOGGING,
    ...SERVING,
    ...names(`
      admission-control-config-file advertise-address aggregator-reject-forwarding-redirects allow-privileged anonymous-auth api-audiences apiserver-count
      audit-log-batch-buffer-size audit-log-batch-max-size audit-log-batch-max-wait audit-log-batch-throttle-burst audit-log-batch-throttle-enable
      audit-log-batch-throttle-qps audit-log-compress audit-log-format audit-log-maxage audit-log-maxbackup audit-log-maxsize audit-log-mode audit-log-path
      audit-log-truncate-enabled audit-log-truncate-max-batch-size audit-log-truncate-max-event-size audit-log-version audit-policy-file
      audit-webhook-batch-buffer-size audit-webhook-batch-initial-backoff audit-webhook-batch-max-size audit-webhook-batch-max-wait
      audit-webhook-batch-throttle-burst audit-webhook-batch-throttle-enable audit-webhook-batch-throttle-qps audit-webhook-config-file
      audit-webhook-initial-backoff audit-webhook-mode audit-webhook-truncate-enabled audit-webhook-truncate-max-batch-size
      audit-webhook-truncate-max-event-size audit-webhook-version authentication-config authentication-token-webhook-config-file
      authentication-token-webhook-version authorization-config authorization-mode authorization-policy-file authorization-webhook-config-file
      authorization-webhook-version cloud-config cloud-provider cloud-provider-gce-l7lb-src-cidrs cloud-provider-gce-lb-src-cidrs
      coordinated-leadership-lease-duration coordinated-leadership-renew-deadline coordinated-leadership-retry-period cors-allowed-origins
      debug-socket-path default-watch-cache-size delete-collection-workers egress-selector-config-file emulated-version emulation-forward-compatible
      enable-aggregator-routing enable-bootstrap-token-auth enable-garbage-collector enable-logs-handler enable-priority-and-fairness
      enable-swagger-ui encryption-provider-config encryption-provider-config-automatic-reload endpoint-reconciler-type etcd-cafile etcd-certfile
      etcd-compaction-interval etcd-count-metric-poll-period etcd-db-metric-poll-interval etcd-healthcheck-timeout etcd-keyfile etcd-prefix
      etcd-readycheck-timeout etcd-servers etcd-servers-overrides event-ttl experimental-encryption-provider-config
      experimental-logging-sanitization external-hostname goaway-chance identity-lease-duration-seconds
      identity-lease-renew-interval-seconds insecure-bind-address insecure-port kubelet-certificate-authority kubelet-client-certificate
      kubelet-client-key kubelet-https kubelet-port kubelet-preferred-address-types kubelet-read-only-port kubelet-timeout
      kubernetes-service-node-port lease-reuse-duration-seconds livez-grace-period master-service-namespace max-connection-bytes-per-sec
      min-compatibility-version min-request-timeout oidc-ca-file oidc-client-id oidc-groups-claim oidc-groups-prefix oidc-issuer-url
      oidc-required-claim oidc-signing-algs oidc-username-claim oidc-username-prefix peer-advertise-ip peer-advertise-port peer-ca-file
      proxy-client-cert-file proxy-client-key-file runtime-config runtime-config-emulation-forward-compatible send-retry-after-while-not-ready-once
      service-account-api-audiences service-account-extend-token-expiration service-account-issuer service-account-jwks-uri
      service-account-key-file service-account-lookup service-account-max-token-expiration service-account-signing-endpoint
      service-account-signing-key-file service-cluster-ip-range service-node-port-range shutdown-delay-duration shutdown-send-retry-after
      shutdown-watch-termination-grace-period ssh-keyfile ssh-user storage-backend storage-initialization-timeout storage-media-type
      strict-transport-security-directives target-ram-mb token-auth-file tracing-config-file watch-cache watch-cache-sizes
    `),
  ],
  refused: {
    'feature-gates': GATES,
  },
}
