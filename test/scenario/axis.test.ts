import { describe, expect, test } from 'vitest'
import { readAxis } from '../../src/scenario/axis.ts'

describe('An axis', () => {
  test.each([
    ['a.b=20s,40s,50s', 'a.b', ['20s', '40s', '50s']],
    ['cluster.nodes[worker].count=20..40:5', 'cluster.nodes[worker].count', ['20', '25', '30', '35', '40']],
    ['n=3..6', 'n', ['3', '4', '5', '6']],
    ['n=1..10:4', 'n', ['1', '5', '9']],
    ['t=20s..60s:20s', 't', ['20s', '40s', '60s']],
    ['t=20s..60s:20', 't', ['20s', '40s', '60s']],
    ['share=0.1..0.3:0.1', 'share', ['0.1', '0.2', '0.3']],
    ['n=-2..2:2', 'n', ['-2', '0', '2']],
    ['n=1, 2,5..7', 'n', ['1', '2', '5', '6', '7']],
    ['image="app:v2,x",\'y\'', 'image', ['"app:v2,x"', "'y'"]],
    ['deployment/default/web:spec.replicas=1,2', 'deployment/default/web:spec.replicas', ['1', '2']],
    ['nodes["a=b"].count=1', 'nodes["a=b"].count', ['1']],
  ])('%s', (text, path, values) => {
    expect(readAxis(text)).toEqual({ ok: true, axis: { path, values } })
  })

  test.each([
    ['', 'expected path=value, got ""'],
    ['=3', 'expected a path before the =, got none'],
    ['n', 'expected path=value, got ""'],
    ['n=', 'expected a value, got none'],
    ['n=1,,2', 'expected a value, got none'],
    ['n=1,2,', 'expected a value, got none'],
    ['n=1,1', 'expected every value once, got "1" twice'],
    ['n=5..3', 'expected a range that grows, got "5..3"'],
    ['n=3..5:0', 'expected a range that grows, got "3..5:0"'],
    ['t=20s..60m:5s', 'expected one unit in a range, got "20s..60m:5s"'],
    ['t=a..b', 'expected a range such as 20..40:5, got "a..b"'],
    ['n=1..1000000', 'expected at most 10000 values, got 1000000'],
    ['n=1..9999,10000..10001', 'expected at most 10000 values, got more'],
  ])('%s is refused: %s', (text, message) => {
    expect(readAxis(text)).toMatchObject({ ok: false, message })
  })
})
