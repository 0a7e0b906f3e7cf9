// The OpenAPI 3.1 document of the platform, read off the types and comments of src/platform/contract.ts.
import {readFileSync} from 'node:fs'
import {basename} from 'node:path'
import ts from 'typescript'
import {DEFAULT_PLATFORM_URL, EVENT_BATCH_MEDIA_TYPE, EVENT_MEDIA_TYPE, REPLY_STATUS} from '../src/platform/contract.ts'

const CONTRACT = 'src/platform/contract.ts'

/** JSON text. Throws for a type that has no JSON form: the contract must not have one. */
export function openapi() {
  const {config} = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
  const {options} = ts.convertCompilerOptionsFromJson(config.compilerOptions, '.')
  const program = ts.createProgram([CONTRACT], {...options, noEmit: true, types: []})
  const checker = program.getTypeChecker()
  const exported = new Map(
    checker
      .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(CONTRACT)))
      .map((symbol) => [symbol.name, symbol]),
  )
  const schemas = new Schemas(checker)
  const paths = {}
  for (const symbol of checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(exported.get('Contract')))) {
    const [method, path] = symbol.name.split(' ')
    paths[path] ??= {}
    paths[path][method.toLowerCase()] = operation(checker, schemas, symbol)
  }
  schemas.of(checker.getDeclaredTypeOfSymbol(exported.get('ErrorReply')))
  const {version, license} = JSON.parse(readFileSync('package.json', 'utf8'))
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'citywatch platform',
      version,
      description: 'Alarms, inventory, on-test windows and the event log of one platform.',
      ...(license === undefined ? {} : {license: {name: license, identifier: license}}),
    },
    servers: [{url: DEFAULT_PLATFORM_URL}],
    security: [{token: []}, {}],
    paths: {...paths, ...otherPaths()},
    components: {
      securitySchemes: {token: {type: 'http', scheme: 'bearer', description: 'Needed where the platform has a token.'}},
      schemas: schemas.sorted(),
    },
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function operation(checker, schemas, symbol) {
  const [method, path] = symbol.name.split(' ')
  const part = (name) => memberType(checker, checker.getTypeOfSymbol(symbol).getProperty(name))
  const words = comment(checker, symbol)
  const body = part('body')
  return {
    operationId: operationId(method, path),
    summary: words.split(/(?<=[.;:]) /)[0] || symbol.name,
    ...(words === '' ? {} : {description: words}),
    ...parameters(checker, schemas, part('query')),
    ...(body.flags & ts.TypeFlags.Null ? {} : {requestBody: requestBody(symbol.name, schemas.of(body))}),
    responses: {
      [REPLY_STATUS[symbol.name] ?? 200]: {
        description: 'Done.',
        content: {'application/json': {schema: schemas.of(part('reply'))}},
      },
      ...failures(),
    },
  }
}

function operationId(method, path) {
  const words = path.split(/\W+/).filter((word) => word !== '' && word !== 'v1')
  return method.toLowerCase() + words.map((word) => word[0].toUpperCase() + word.slice(1)).join('')
}

function parameters(checker, schemas, query) {
  const list = checker.getPropertiesOfType(query).map((symbol) => ({
    name: symbol.name,
    in: 'query',
    required: !(symbol.flags & ts.SymbolFlags.Optional),
    schema: schemas.of(memberType(checker, symbol)),
  }))
  return list.length === 0 ? {} : {parameters: list}
}

function requestBody(route, schema) {
  if (route !== 'POST /v1/events') return {required: true, content: {'application/json': {schema}}}
  const [one, batch] = [...schema.anyOf].sort((a, b) => Number('type' in a) - Number('type' in b))
  return {
    required: true,
    content: {
      [EVENT_MEDIA_TYPE]: {schema: one},
      [EVENT_BATCH_MEDIA_TYPE]: {schema: batch},
      'application/json': {schema},
    },
  }
}

function failures() {
  const content = {'application/json': {schema: {$ref: '#/components/schemas/ErrorReply'}}}
  return {
    '4XX': {description: 'Refused; nothing has changed.', content},
    '5XX': {description: 'Not possible now; nothing is promised.', content},
  }
}

/** Paths that are no routes of the contract. */
function otherPaths() {
  const text = (type, schema) => ({description: 'Done.', content: {[type]: {schema}}})
  const get = (path, summary, reply, more = {}) => ({
    [path]: {
      get: {operationId: operationId('GET', path), summary, responses: {200: reply, ...failures()}, ...more},
    },
  })
  const state = {type: 'string', description: '`ok`, `closing`, or an error code'}
  const readiness = {
    type: 'object',
    properties: {ready: {type: 'boolean'}, store: state, receiver: state},
    required: ['ready', 'store', 'receiver'],
  }
  const after = {name: 'after', in: 'query', required: false, schema: {type: 'string'}}
  return {
    ...get(
      '/v1/stream',
      'The log after a position, then live, as server-sent events.',
      text('text/event-stream', {type: 'string'}),
      {
        parameters: [
          after,
          {...after, name: 'Last-Event-ID', in: 'header'},
          {...after, name: 'jurisdiction'},
          {...after, name: 'types'},
          {...after, name: 'priority', schema: {type: 'number'}},
        ],
      },
    ),
    ...get('/v1/openapi.json', 'This document.', text('application/json', {type: 'object'})),
    ...get('/healthz', 'Whether the process answers.', text('application/json', {type: 'object'}), {security: [{}]}),
    ...get(
      '/readyz',
      'Whether the disk takes a write and the receiver a connection.',
      text('application/json', readiness),
      {
        security: [{}],
        responses: {
          200: text('application/json', readiness),
          '4XX': failures()['4XX'],
          503: {...text('application/json', readiness), description: 'Not ready.'},
        },
      },
    ),
    ...get('/metrics', 'Numbers for Prometheus.', text('text/plain', {type: 'string'})),
  }
}

/** JSON schemas of the types that it was asked for; named ones are kept once and referred to. */
class Schemas {
  #checker
  #named = new Map()
  #names = new Map()

  constructor(checker) {
    this.#checker = checker
  }

  sorted() {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  of(type) {
    const symbol = type.aliasSymbol ?? (type.isClassOrInterface() ? type.symbol : undefined)
    if (symbol === undefined || isText(type) || type.aliasTypeArguments) return this.#inline(type)
    const name = this.#nameOf(symbol)
    if (!this.#named.has(name)) {
      this.#named.set(name, {}) // a type that contains itself finds its name
      const words = comment(this.#checker, symbol)
      this.#named.set(name, {...(words === '' ? {} : {description: words}), ...this.#inline(type)})
    }
    return {$ref: `#/components/schemas/${name}`}
  }

  #nameOf(symbol) {
    const known = this.#names.get(symbol)
    if (known) return known
    const file = basename(symbol.declarations[0].getSourceFile().fileName, '.ts')
    const room = file.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase())
    const name = [...this.#names.values()].includes(symbol.name) ? room + symbol.name : symbol.name
    this.#names.set(symbol, name)
    return name
  }

  #inline(type) {
    const {flags} = type
    if (isText(type)) return {type: 'string'}
    if (flags & ts.TypeFlags.Unknown) return {}
    if (flags & ts.TypeFlags.Number) return {type: 'number'}
    if (flags & ts.TypeFlags.Boolean) return {type: 'boolean'}
    if (flags & ts.TypeFlags.Null) return {type: 'null'}
    if (flags & ts.TypeFlags.BooleanLiteral) return {const: this.#checker.typeToString(type) === 'true'}
    if (type.isLiteral()) return {const: type.value}
    if (type.isUnion()) return this.#union(type.types.filter((member) => !(member.flags & ts.TypeFlags.Undefined)))
    if (this.#checker.isArrayType(type)) {
      return {type: 'array', items: this.of(this.#checker.getTypeArguments(type)[0])}
    }
    if (flags & ts.TypeFlags.Object || type.isIntersection()) return this.#object(type)
    throw new Error(`${this.#checker.typeToString(type)} has no JSON form`)
  }

  #union(members) {
    if (members.length === 1) return this.of(members[0])
    if (members.every((member) => member.isLiteral())) return {enum: members.map(({value}) => value)}
    return {anyOf: members.map((member) => this.of(member))}
  }

  #object(type) {
    const members = this.#checker.getPropertiesOfType(type)
    const required = members.filter(({flags}) => !(flags & ts.SymbolFlags.Optional)).map(({name}) => name)
    const rest = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String)
    return {
      type: 'object',
      ...(members.length === 0
        ? {}
        : {properties: Object.fromEntries(members.map((member) => [member.name, this.#member(member)]))}),
      ...(required.length === 0 ? {} : {required}),
      ...(rest === undefined ? {} : {additionalProperties: this.of(rest)}),
    }
  }

  #member(symbol) {
    const words = comment(this.#checker, symbol)
    return {...this.of(memberType(this.#checker, symbol)), ...(words === '' ? {} : {description: words})}
  }
}

/** As it is written, so that an optional member keeps its type's name. */
function memberType(checker, symbol) {
  const written = symbol.valueDeclaration?.type
  return written ? checker.getTypeFromTypeNode(written) : checker.getTypeOfSymbol(symbol)
}

/** Text, branded or not. */
function isText(type) {
  return Boolean(type.flags & ts.TypeFlags.String) || (type.isIntersection() && type.types.some(isText))
}

function comment(checker, symbol) {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s+/g, ' ').trim()
}
