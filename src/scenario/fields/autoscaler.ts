import { kindOf, STATUS } from './metadata.ts'
import { accepted, atLeast, integer, list, modelled, object, plain, refused, text, word } from './types.ts'

const REFERENCE = object(modelled({ apiVersion: text, kind: text, name: text }), ['kind', 'name'])
const TARGET = object({ ...modelled({ type: text }), averageUtilization: atLeast(1), ...refused({ averageValue: text, value: text }) }, [
  'type',
])
const POLICY = object({ ...modelled({ type: word('Pods', 'Percent') }), value: atLeast(1), periodSeconds: atLeast(1, 1800) }, [
  'type',
  'value',
  'periodSeconds',
])
const RULES = object({
  ...modelled({ selectPolicy: word('Max', 'Min', 'Disabled'), policies: list(POLICY) }),
  stabilizationWindowSeconds: atLeast(0, 3600),
  ...refused({ tolerance: text }),
})
const anyMetric = plain({ name: text })

/** HorizontalPodAutoscaler (autoscaling/v2): resource metrics of CPU by utilization. */
export const HORIZONTAL_POD_AUTOSCALER = kindOf(
  {
    ...modelled({
      spec: object(
        {
          ...modelled({
            scaleTargetRef: REFERENCE,
            metrics: list(
              object(
                {
                  ...modelled({ type: text, resource: object(modelled({ name: text, target: TARGET }), ['name', 'target']) }),
                  ...refused({ pods: anyMetric, object: anyMetric, external: anyMetric, containerResource: anyMetric }),
                },
                ['type'],
              ),
            ),
            behavior: object(modelled({ scaleUp: RULES, scaleDown: RULES })),
          }),
          minReplicas: atLeast(1),
          maxReplicas: atLeast(1),
          targetCPUUtilizationPercentage: { mark: 'modelled', type: integer, min: 1 },
        },
        ['scaleTargetRef', 'maxReplicas'],
      ),
    }),
    ...accepted({ status: STATUS }),
  },
  ['spec'],
)
