import ts from 'typescript'
import { parse, place } from './syntax.ts'
import type { File } from './tree.ts'

/** `new Map()`, `new Set()`, `[]` and `{}`: at module level they can only be meant to be filled later. */
function isEmptyContainer(value: ts.Expression | undefined): boolean {
  if (value === undefined) return false
  if (ts.isArrayLiteralExpression(value)) return value.elements.length === 0
  if (ts.isObjectLiteralExpression(value)) return value.properties.length === 0
  return ts.isNewExpression(value) && /^(Weak)?(Map|Set)$/.test(value.expression.getText()) && (value.arguments ?? []).length === 0
}

/** A container that its type declares read-only is a constant that happens to be empty. */
const isReadonly = (declaration: ts.VariableDeclaration): boolean => /^[Rr]eadonly/.test(declaration.type?.getText() ?? '')

/** Module-level variables, and constants that are containers to be filled. */
export function moduleState(file: File): string[] {
  const source = parse(file)
  return source.statements.filter(ts.isVariableStatement).flatMap((statement) => {
    const constant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0
    return statement.declarationList.declarations
      .filter((one) => !constant || (isEmptyContainer(one.initializer) && !isReadonly(one)))
      .map(
        (one) =>
          `${place(source, one)} keeps state in the module (${one.name.getText()}): hang it on the run's world or on an object that its caller makes`,
      )
  })
}
