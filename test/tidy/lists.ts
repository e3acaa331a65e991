import ts from 'typescript'
import { everyNode, imports, isExported, parse } from './syntax.ts'
import type { File } from './tree.ts'

const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Names inside the array literals of a module. */
const listed = (source: ts.SourceFile): Set<string> =>
  new Set(
    everyNode(source)
      .filter(ts.isArrayLiteralExpression)
      .flatMap((array) => array.elements.flatMap((element) => everyNode(element).filter(ts.isIdentifier)))
      .map((identifier) => identifier.text),
  )

/** For each file of the folder: the names that the index imports from it. */
function imported(source: ts.SourceFile): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
    const nodes = statement.importClause === undefined ? [] : everyNode(statement.importClause)
    const identifiers = nodes.filter(ts.isIdentifier).map((identifier) => identifier.text)
    const file = base(statement.moduleSpecifier.text)
    names.set(file, [...(names.get(file) ?? []), ...identifiers])
  }
  return names
}

/** The element types of the lists that the index exports: `Fault` for `readonly Fault[]`. */
function elementTypes(source: ts.SourceFile): Set<string> {
  const declarations = source.statements.filter((one) => ts.isVariableStatement(one) && isExported(one)).flatMap(everyNode)
  const arrays = declarations.filter(ts.isArrayTypeNode).map((array) => array.elementType)
  return new Set(arrays.filter(ts.isTypeReferenceNode).map((type) => type.typeName.getText()))
}

/** Whether a file exports a constant of such a type. */
function declares(source: ts.SourceFile, types: ReadonlySet<string>): boolean {
  return source.statements.some(
    (statement) =>
      ts.isVariableStatement(statement) &&
      isExported(statement) &&
      statement.declarationList.declarations.some((one) => {
        const type =
          one.type ?? (one.initializer !== undefined && ts.isSatisfiesExpression(one.initializer) ? one.initializer.type : undefined)
        return type !== undefined && ts.isTypeReferenceNode(type) && types.has(type.typeName.getText())
      }),
  )
}

/**
 * Files of one folder that are missing from the list in its index.ts. A file that the program imports from elsewhere is a part that
 * others share and needs no line, unless it exports an entry of the list itself.
 * @param source every file of src/, the folder's included.
 */
export function unlisted(folder: string, source: readonly File[]): string[] {
  const index = source.find((file) => file.path === `${folder}/index.ts`)
  if (index === undefined) return [`${folder} has no index.ts: keep its explicit list there`]
  const tree = parse(index)
  const names = imported(tree)
  const inList = listed(tree)
  const types = elementTypes(tree)
  const shared = new Set(source.filter((file) => file !== index).flatMap((file) => imports(parse(file))))
  const members = source.filter(({ path }) => path !== index.path && path.slice(0, path.lastIndexOf('/')) === folder)
  return members.flatMap((file) => {
    if (shared.has(file.path) && !declares(parse(file), types)) return []
    if ((names.get(base(file.path)) ?? []).some((one) => inList.has(one))) return []
    return [`${file.path} is in no list: add its line to ${folder}/index.ts, or delete the file`]
  })
}
