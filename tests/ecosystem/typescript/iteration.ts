// Generators, iterators, collections, destructuring, spread, closures, labels,
// switch, promises.
import { show } from "./show";

function* naturals(from = 0): Generator<number, string, string | undefined> {
  for (let n = from; ; n++) {
    const answer = yield n;
    if (answer !== undefined) { print("told", answer); return "ended by " + answer; }
  }
}
function* take<T>(source: Iterable<T>, count: number): Generator<T> {
  if (count <= 0) return;
  for (const item of source) { yield item; if (--count <= 0) return; }
}
function* filter<T>(source: Iterable<T>, test: (item: T) => boolean): Generator<T> { for (const item of source) if (test(item)) yield item; }
function* chain<T>(...sources: Iterable<T>[]): Generator<T> { for (const source of sources) yield* source; }
print([...take(filter(naturals(), (n) => n % 7 === 3), 8)].join());
print([...chain<string | number>("abc", [1, 2], new Set([3, 3, 4]))].join("-"));
const generator = naturals(5);
print(show(generator.next()), show(generator.next()), show(generator.next("stop")), show(generator.next()));
function* fibonacci(): Generator<number> { let [a, b] = [0, 1]; while (true) { yield a; [a, b] = [b, a + b]; } }
for (const n of fibonacci()) { if (n > 1000) break; if (n % 2 === 1) continue; print("even", n); }
function* permutations<T>(items: T[]): Generator<T[]> {
  if (items.length <= 1) yield items;
  for (let i = 0; i < items.length && items.length > 1; i++) {
    const rest = [...items.slice(0, i), ...items.slice(i + 1)];
    for (const tail of permutations(rest)) yield [items[i], ...tail];
  }
}
print([...permutations(["a", "b", "c", "d"])].map((p) => p.join("")).join(" "));
class Countdown {
  constructor(private from: number) {}
  [Symbol.iterator]() { let n = this.from; return { next: () => (n > 0 ? { value: n--, done: false } : { value: undefined, done: true }) }; }
}
print(show([...(new Countdown(4) as unknown as Iterable<number>)]));

const map = new Map<string | number | object, number>([["one", 1], ["two", 2]]);
const key = {};
map.set(key, 3).set(4, 4);
map.delete("one");
map.set("one", 11);
print(map.size, map.get(key), map.has("none"), map.get("none"));
map.forEach((value, k) => print(typeof k === "object" ? "object" : k, value));
for (const [k, value] of map) if (typeof k !== "object") print(k, value);
print(show([...map.values()]), show([...new Map([...map].filter(([, v]) => v > 2)).values()]));
const set = new Set([5, 1, 5, 3]);
set.add(9).delete(1);
for (const value of set) { if (value === 5) set.add(100); if (value === 3) set.delete(9); }
print(show(set), set.has(9), set.size, show([...set].map((v) => v * 2)));
const weak = new WeakMap<object, string>();
let held: object | undefined = {};
weak.set(held, "held");
print(weak.get(held), weak.has({}), new WeakSet([held]).has(held));
print(show(Object.groupBy([1, 2, 3, 4, 5], (n) => (n % 2 === 1 ? "odd" : "even"))));

const { a, b: { c = 7, ...inner } = { c: undefined, x: 0 }, ...others } = { a: 1, b: { c: undefined as number | undefined, x: 2, y: 3 }, d: 4, e: [5] } as any;
const [first, , third = 99, ...rest] = [1, 2, 3, 4, 5].map((v) => (v === 3 ? (undefined as unknown as number) : v));
print(a, c, show(inner), show(others), first, third, show(rest));
function options({ depth = 2, given = "none" }: { depth?: number; given?: string } = {}, ...more: number[]): string {
  return `${depth} ${given} ${more.length} ${Math.max(0, ...more)}`;
}
print(options(), options({ depth: 5 }), options({ given: "x" }, 4, 8, 6), options(undefined, ...[1, 2, 3]));
const merged = { ...{ p: 1, q: { r: 2 } }, q: "over", ["comp" + "uted"]: true, method() { return this.p; }};
print(show({ ...merged, method: merged.method() }));
const maybe: { deep?: { list?: number[]; call?: (n: number) => number } } | undefined = { deep: { list: [1], call: (n) => n + 1 } };
const missing = (() => undefined as unknown)() as typeof maybe;
print(maybe?.deep?.list?.[0], missing?.deep?.list?.[0], maybe.deep?.call?.(4), missing?.deep?.call?.(4), missing?.deep ?? "nothing", missing || maybe.deep?.list?.length);
let assigned: number | undefined; assigned ??= 5; assigned ||= 6; assigned &&= 7; print(assigned);

const counters: (() => number)[] = [];
for (let i = 0; i < 4; i++) { let own = i * 10; counters.push(() => { own += i; return own; }); i += 0; }
print(counters.map((f) => f()).join(), counters.map((f) => f()).join());
function compose<T>(...functions: ((value: T) => T)[]): (value: T) => T { return (value) => functions.reduce((v, f) => f(v), value); }
print(compose<number>((v) => v + 1, (v) => v * 2, (v) => v ** 2)(3));
const memo = new Map<number, number>();
const ways = (n: number): number => { if (n < 2) return 1; let known = memo.get(n); if (known === undefined) { known = ways(n - 1) + ways(n - 2); memo.set(n, known); } return known; };
print(ways(70), memo.size);
const ackermann = (m: number, n: number): number => (m === 0 ? n + 1 : n === 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1)));
print(ackermann(2, 9));

const found: string[] = [];
function search(): string {
  for (let i = 0; i < 5; i++) {
    let j = 0;
    do {
      j++;
      if (j === i) continue;
      if (i === 4 && j === 2) return "returned";
      switch (i * j) {
        case 2: found.push("two");
        case 3: { found.push("falls"); break; }
        case 4: case 6: found.push("four or six"); continue;
        default: found.push(`${i}x${j}`);
      }
      found.push(";");
    } while (j < 3);
  }
  return "end";
}
print(search(), found.join(" "));
for (const key in { z: 1 }) print("key", key);
let bits = 0xf0; bits |= 3; bits ^= 0x11; bits &= ~2; bits <<= 4; bits >>>= 1; print(bits, bits & 0xff, ~bits >>> 20, 1 << 31, 5 / 2, Math.floor(-7 / 2), -7 % 3, 2 ** 10, 0.1 + 0.2);

const wait = (value: string, fail = false) => new Promise<string>((resolve, reject) => (fail ? reject(value) : resolve(value)));
async function work(): Promise<string> {
  const results: string[] = [];
  results.push(await wait("first"));
  try { await wait("refused", true); } catch (e) { results.push(`caught ${e}`); } finally { results.push("finally"); }
  for (const item of await Promise.all([wait("x"), wait("y"), 3 as any])) results.push(`${item}`);
  results.push(await Promise.race([wait("quick"), wait("slow")]));
  results.push((await Promise.allSettled([wait("good"), wait("bad", true)])).map((r) => r.status).join("/"));
  results.push(await Promise.any([wait("no", true), wait("yes")]));
  return results.join(", ");
}
let settle: (value: number) => void = () => {};
const later = new Promise<number>((resolve) => (settle = (v) => resolve(v))).then((v) => v * 2).finally(() => print("settled"));
async function waits() { print("waiting"); print("got", await later); return "done"; }
waits().then((v) => print("waits", v));
work().then((v) => print(v), (e) => print("rejected", e));
settle(21);
async function throws() { await wait("x"); throw new Error("async"); }
throws().catch((e) => print("async error:", (e as Error).message));
held = undefined; collectgarbage();
