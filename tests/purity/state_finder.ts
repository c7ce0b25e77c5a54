/** What `new` makes that has nothing to change, as long as nothing streams. */
const CODECS: readonly string[] = ["TextEncoder", "TextDecoder"];

/** Methods that change what they are called on. */
const CHANGING: readonly string[] = [
  ...["push", "pop", "shift", "unshift", "splice", "sort", "reverse"],
  ...["fill", "copyWithin", "set", "add", "delete", "clear"],
];

/** Functions of `Object` that change their first argument. */
const CHANGING_FIRST: readonly string[] = [
  ...["assign", "defineProperty", "defineProperties", "setPrototypeOf"],
];

/** Whether what is declared with a type and a value can change, as they say. */
function isChangeable(
  annotation: Deno.lint.TSTypeAnnotation | undefined,
  init: Deno.lint.Expression | null | undefined,
): boolean {
  const type = annotation?.typeAnnotation;
  const isReadonly = type?.type === "TSTypeReference" &&
    type.typeName.type === "Identifier" &&
    type.typeName.name.startsWith("Readonly");
  if (isReadonly || type?.type === "TSTypeOperator") return false;
  const isContainer = init?.type === "NewExpression" &&
    !(init.callee.type === "Identifier" && CODECS.includes(init.callee.name));
  return isContainer ||
    init?.type === "ArrayExpression" && type?.type === "TSArrayType" ||
    init?.type === "ObjectExpression" && init.properties.length === 0;
}

/** The name at the left end of `a.b[c].d`; `undefined` if that is no name. */
function rootOf(node: Deno.lint.Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression") return rootOf(node.object);
  if (node.type === "TSNonNullExpression") return rootOf(node.expression);
  return undefined;
}

/**
 * Finds what a module declares for the whole process and can change: variables,
 * containers, whatever a part of is written to, and static fields of classes;
 * and what it imports and writes to a part of.
 */
export class StateFinder {
  readonly #changeable: string[] = [];
  readonly #fixed: string[] = [];
  readonly #written = new Set<string>();

  /** To be told of all of the module. */
  readonly visitor: Deno.lint.LintVisitor = {
    Program: ({ body }) => body.forEach((node) => this.#onStatement(node)),
    PropertyDefinition: (node) => this.#onField(node),
    AssignmentExpression: ({ left }) => this.#onWrite(left),
    UpdateExpression: ({ argument }) => this.#onWrite(argument),
    UnaryExpression: ({ operator, argument }) => {
      if (operator === "delete") this.#onWrite(argument);
    },
    CallExpression: (node) => this.#onCall(node),
  };

  /** The names. */
  get found(): string[] {
    const written = this.#fixed.filter((name) => this.#written.has(name));
    return [...this.#changeable, ...written];
  }

  #onStatement(statement: Deno.lint.Statement): void {
    if (statement.type === "ImportDeclaration") {
      const names = statement.specifiers.map(({ local }) => local.name);
      return void this.#fixed.push(...names);
    }
    const declaration = statement.type === "ExportNamedDeclaration"
      ? statement.declaration
      : statement;
    if (declaration?.type !== "VariableDeclaration") return;
    for (const { id, init } of declaration.declarations) {
      const name = id.type === "Identifier" ? id.name : "(a pattern)";
      const type = id.type === "Identifier" ? id.typeAnnotation : undefined;
      const can = declaration.kind !== "const" || isChangeable(type, init);
      (can ? this.#changeable : this.#fixed).push(name);
    }
  }

  #onField(field: Deno.lint.PropertyDefinition): void {
    if (!field.static) return;
    const { key, readonly, typeAnnotation, value } = field;
    if (readonly && !isChangeable(typeAnnotation, value)) return;
    const isNamed = key.type === "Identifier" ||
      key.type === "PrivateIdentifier";
    this.#changeable.push(`static ${isNamed ? key.name : "(computed)"}`);
  }

  /** A part of something is written to, not a variable itself. */
  #onWrite(target: Deno.lint.Node): void {
    if (target.type !== "MemberExpression") return;
    const root = rootOf(target);
    if (root !== undefined) this.#written.add(root);
  }

  #onCall({ callee, arguments: [first] }: Deno.lint.CallExpression): void {
    if (callee.type !== "MemberExpression") return;
    const { object, property } = callee;
    if (property.type !== "Identifier") return;
    if (CHANGING.includes(property.name)) this.#onWrite(callee);
    const isOfObject = object.type === "Identifier" && object.name === "Object";
    if (!isOfObject || !CHANGING_FIRST.includes(property.name)) return;
    const root = first === undefined ? undefined : rootOf(first);
    if (root !== undefined) this.#written.add(root);
  }
}
