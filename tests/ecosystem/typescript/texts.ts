// Methods of strings, arrays, numbers; a tokenizer, an expression parser, a
// JSON printer and reader, a matrix, sorting, a game of life.
import { show } from "./show";

const text = "The quick brown fox";
print(text.split(" ").map((w) => w[0].toUpperCase() + w.slice(1).toLowerCase()).reverse().join("_"), text.indexOf("quick"), text.includes("fox"), text.charAt(4), text.charCodeAt(0));
print(text.substring(4, 9), text.substr(-3, 2), text.slice(-3), text.startsWith("The"), text.endsWith("x", 19), text.replace("quick", "slow"), text.replaceAll("o", "0"), "  trim ".trim() + "|", "x".padStart(4, "ab"), "x".padEnd(4) + "|", "ab".repeat(3));
print("a,b,,c".split(",").length, "abc".split("").join("."), [..."héllo"].length > 0, `${1 + 1}${true}${null}`, "b" > "a", "10" < "9", String(12), Number("0x1f"), Number("2.5e3"), parseInt("42px"), parseInt("ff", 16), parseFloat("3.14abc"), Number.isInteger(5), isNaN(Number("x")));
print((255).toString(16), (3.14159).toFixed(2), (0.5).toString(2), (1e21).toFixed(0).length, Number.MAX_SAFE_INTEGER, Math.round(2.5), Math.round(-2.5), Math.sign(-3), Math.trunc(-4.7), Math.min(3, 1, 2));
const tag = (parts: TemplateStringsArray, ...values: unknown[]) => parts.raw.map((p, i) => p + (i < values.length ? `{${values[i]}}` : "")).join("");
print(tag`one ${1} two ${"x"} three\n`);

const list = [5, 3, 8, 1, 9, 2];
print(show(list.slice().sort((x, y) => x - y)), show(["b", "a", "C"].sort()), show(list.toSorted((x, y) => y - x)), show(list.with(0, 100)), show(list.toSpliced(1, 2, 7, 7, 7)), show(list.toReversed()));
print(list.find((v) => v > 5), list.findIndex((v) => v > 100), list.some((v) => v === 8), list.every((v) => v > 0), list.reduce((s, v) => s + v), list.reduceRight((s, v) => `${s}${v}`, ""), list.indexOf(8), list.includes(7), list.at(-2));
const copy = list.concat([1, [2]] as any, 3).flat() as number[];
print(show(copy), show(copy.splice(2, 3, 70, 80)), show(copy), show(copy.fill(0, 1, 3)), copy.shift(), copy.unshift(4, 5), show(copy), show(list.flatMap((v) => [v, -v])), show(Array.from({ length: 4 }, (_, i) => i * i)), show(Array.of(1, 2)), show([...list.entries()].slice(0, 2)));
list.length = 3; list[5] = 6; print(list.length, show(Object.keys({ b: 1, a: 2 }).sort()), show(Object.fromEntries([["k", 1], ["l", 2]])), show(Object.assign({ a: 1 }, { b: 2 })), delete (list as any)[5]);

type Token = { kind: "number" | "operator" | "name"; text: string };
function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const isDigit = (ch: string) => ch >= "0" && ch <= "9", isLetter = (ch: string) => (ch >= "a" && ch <= "z") || ch === "_";
  while (at < source.length) {
    const start = at, ch = source[at];
    if (ch === " ") { at++; continue; }
    if (isDigit(ch)) { while (at < source.length && (isDigit(source[at]) || source[at] === ".")) at++; tokens.push({ kind: "number", text: source.slice(start, at) }); }
    else if (isLetter(ch)) { while (at < source.length && isLetter(source[at])) at++; tokens.push({ kind: "name", text: source.slice(start, at) }); }
    else { at++; tokens.push({ kind: "operator", text: ch }); }
  }
  return tokens;
}
type Node = { type: "number"; value: number } | { type: "name"; name: string } | { type: "unary" | "binary" | "call"; operator: string; operands: Node[] };
class Parser {
  private position = 0;
  private static readonly levels: Record<string, number> = { "+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "^": 3 };
  constructor(private tokens: Token[]) {}
  private peek(): string | undefined { return this.tokens[this.position]?.text; }
  private expect(text: string): void { if (this.peek() !== text) throw new Error(`expected '${text}', got '${this.peek() ?? "end"}'`); this.position++; }
  parse(level = 0): Node {
    let left = this.primary();
    for (;;) {
      const operator = this.peek();
      const own = operator === undefined ? undefined : Parser.levels[operator];
      if (own === undefined || own <= level) return left;
      this.position++;
      left = { type: "binary", operator: operator!, operands: [left, this.parse(operator === "^" ? own - 1 : own)] };
    }
  }
  private primary(): Node {
    const token = this.tokens[this.position++];
    if (!token) throw new Error("unexpected end");
    if (token.kind === "number") return { type: "number", value: Number(token.text) };
    if (token.kind === "name") {
      if (this.peek() !== "(") return { type: "name", name: token.text };
      this.position++;
      const operands: Node[] = [];
      while (this.peek() !== ")") { operands.push(this.parse()); if (this.peek() === ",") this.position++; else break; }
      this.expect(")");
      return { type: "call", operator: token.text, operands };
    }
    if (token.text === "-") return { type: "unary", operator: "-", operands: [this.parse(2)] };
    if (token.text === "(") { const inner = this.parse(); this.expect(")"); return inner; }
    throw new Error(`unexpected '${token.text}'`);
  }
}
const functions: Record<string, (...values: number[]) => number> = { max: (...v) => Math.max(...v), sum: (...v) => v.reduce((s, x) => s + x, 0), sqrt: (v) => Math.sqrt(v) };
function evaluate(node: Node, names: Record<string, number>): number {
  switch (node.type) {
    case "number": return node.value;
    case "name": if (!(node.name in names)) throw new Error(`unknown ${node.name}`); return names[node.name];
    case "unary": return -evaluate(node.operands[0], names);
    case "call": return functions[node.operator](...node.operands.map((o) => evaluate(o, names)));
    default: {
      const [left, right] = node.operands.map((o) => evaluate(o, names));
      switch (node.operator) {
        case "+": return left + right;
        case "-": return left - right;
        case "*": return left * right;
        case "/": return left / right;
        case "%": return left % right;
        default: return left ** right;
      }
    }
  }
}
for (const source of ["1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-x ^ 2 + max(1, y, 3) % 4", "sum(1, 2, 3, sqrt(16)) / 4", "1 +", "(1", "z + 1", "1 $ 2", "* 2"]) {
  try { print(source, "=", evaluate(new Parser(tokenize(source)).parse(), { x: 3, y: 10 })); } catch (e) { print(source, "!", (e as Error).message); }
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
function stringify(value: Json, indent = 0): string {
  const pad = "  ".repeat(indent + 1);
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return '"' + value.split("\\").join("\\\\").split('"').join('\\"').split("\n").join("\\n") + '"';
  if (typeof value !== "object") return `${value}`;
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "[" + value.map((v) => stringify(v, indent)).join(", ") + "]";
  return "{\n" + Object.keys(value).sort().map((k) => `${pad}"${k}": ${stringify(value[k], indent + 1)}`).join(",\n") + "\n" + "  ".repeat(indent) + "}";
}
class JsonReader {
  private at = 0;
  constructor(private source: string) {}
  private space() { while (this.at < this.source.length && " \n\t\r".includes(this.source[this.at])) this.at++; }
  read(): Json {
    this.space();
    const ch = this.source[this.at];
    if (ch === "{") {
      const object: { [key: string]: Json } = {};
      this.at++; this.space();
      while (this.source[this.at] !== "}") {
        const name = this.read() as string;
        this.space();
        if (this.source[this.at++] !== ":") throw new RangeError(`no colon at ${this.at}`);
        object[name] = this.read();
        this.space();
        if (this.source[this.at] === ",") this.at++;
        this.space();
      }
      this.at++;
      return object;
    }
    if (ch === "[") {
      const items: Json[] = [];
      this.at++; this.space();
      while (this.source[this.at] !== "]") { items.push(this.read()); this.space(); if (this.source[this.at] === ",") this.at++; this.space(); if (this.at >= this.source.length) throw new SyntaxError("open list"); }
      this.at++;
      return items;
    }
    if (ch === '"') {
      let result = "";
      for (this.at++; this.source[this.at] !== '"'; this.at++) {
        if (this.at >= this.source.length) throw new SyntaxError("open string");
        if (this.source[this.at] === "\\") { this.at++; const escaped = this.source[this.at]; result += escaped === "n" ? "\n" : escaped; } else result += this.source[this.at];
      }
      this.at++;
      return result;
    }
    for (const [word, value] of [["true", true], ["false", false]] as [string, boolean][]) if (this.source.startsWith(word, this.at)) { this.at += word.length; return value; }
    const start = this.at;
    while (this.at < this.source.length && "+-.eE0123456789".includes(this.source[this.at])) this.at++;
    if (start === this.at) throw new SyntaxError(`unexpected ${ch ?? "end"} at ${this.at}`);
    return Number(this.source.slice(start, this.at));
  }
}
const document: Json = { name: 'q"uo\\te\nline', list: [1, 2.5, -3, [], [true, false]], nested: { deep: { deeper: ["x"] } } };
const printed = stringify(document);
print(printed, stringify(new JsonReader(printed).read()) === printed);
for (const bad of ['{"a" 1}', "[1, 2", '"open', "?", ""]) { try { print(stringify(new JsonReader(bad).read())); } catch (e) { print(bad, `${e}`, e instanceof SyntaxError, e instanceof RangeError); } }

class Matrix {
  constructor(readonly rows: number[][]) {}
  static identity(n: number): Matrix { return new Matrix(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)))); }
  times(other: Matrix): Matrix { return new Matrix(this.rows.map((row) => other.rows[0].map((_, j) => row.reduce((sum, v, k) => sum + v * other.rows[k][j], 0)))); }
  power(n: number): Matrix { if (n === 0) return Matrix.identity(this.rows.length); const half = this.power(Math.floor(n / 2)); const squared = half.times(half); return n % 2 === 1 ? squared.times(this) : squared; }
}
print(show(new Matrix([[1, 1], [1, 0]]).power(60).rows));
function quicksort<T>(items: T[], less: (a: T, b: T) => boolean): T[] {
  if (items.length < 2) return items;
  const [pivot, ...others] = items;
  return [...quicksort(others.filter((v) => less(v, pivot)), less), pivot, ...quicksort(others.filter((v) => !less(v, pivot)), less)];
}
let seed = 12345;
const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) % 1000;
print(quicksort(Array.from({ length: 60 }, () => random()), (p, q) => p < q).join(" "));
let cells = new Set(["1,0", "2,1", "0,2", "1,2", "2,2"]);
for (let step = 0; step < 12; step++) {
  const near = new Map<string, number>();
  for (const cell of cells) {
    const [x, y] = cell.split(",").map((part) => Number(part));
    for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) if (dx !== 0 || dy !== 0) { const at = `${x + dx},${y + dy}`; near.set(at, (near.get(at) ?? 0) + 1); }
  }
  cells = new Set([...near].filter(([cell, n]) => n === 3 || (n === 2 && cells.has(cell))).map(([cell]) => cell));
}
print([...cells].map((c) => c.split(",").map((n) => String(Math.floor(Number(n)))).join(";")).sort().join(" "));
const sieve = (limit: number) => { const marks: boolean[] = []; const primes: number[] = []; for (let n = 2; n <= limit; n++) { if (marks[n]) continue; primes.push(n); for (let m = n * n; m <= limit; m += n) marks[m] = true; } return primes; };
print(sieve(200).join(" "), sieve(3000).length);
