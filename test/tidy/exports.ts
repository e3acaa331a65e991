import ts from 'typescript'
import { everyNode, isExported, parse, place } from './syntax.ts'
import type { File } from './tree.ts'

type Documented = ts.FunctionDeclaration | ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.VariableStatement

const isDocumented = (node: ts.Node): node is Documented =>
  ts.isFunctionDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isVariableStatement(node)

const nameOf = (node: Documented): string =>
  ts.isVariableStatement(node)
    ? node.declarationList.declarations.map((declaration) => declaration.name.getText()).join(', ')
    : (node.name?.text ?? 'default')

/** A type that only repeats a value (`(typeof STAGES)[number]`) is documented at the value. */
const isDerived = (node: Documented): boolean => ts.isTypeAliasDeclaration(node) && everyNode(node.type).some(ts.isTypeQueryNode)

/** An entry of a list (`{ name, doc, … }`) says what it is to users and to readers alike. */
const saysItself = (node: Documented): boolean =>
  ts.isVariableStatement(node) &&
  node.declarationList.declarations.every(
    ({ initializer }) =>
      initializer !== undefined &&
      ts.isObjectLiteralExpression(initializer) &&
      initializer.properties.some((property) => property.name?.getText() === 'doc'),
  )

/** Exported symbols without a docstring; fields and methods need none. */
export function undocumentedExports(file: File): string[] {
  const source = parse(file)
  return source.statements.flatMap((node) => {
    if (!isDocumented(node) || !isExported(node) || isDerived(node) || saysItself(node)) return []
    if (ts.getJSDocCommentsAndTags(node).length > 0) return []
    return [`${place(source, node)} ${nameOf(node)}`]
  })
}
