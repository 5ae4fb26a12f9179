// Classes: inheritance, accessors, statics, abstract members, symbols,
// generics, mixins, decorators, private fields by convention.
import { show } from "./show";

enum Color { Red, Green = 5, Blue }
enum Word { Yes = "yes", No = "no" }
const enum Flag { A = 1 << 0, B = 1 << 1, C = 1 << 2, All = A | B | C }

abstract class Shape {
  static count = 0;
  static readonly origin = { x: 0, y: 0 };
  private _name: string;
  protected readonly tags: string[] = [];
  constructor(name: string, public color: Color = Color.Red) {
    this._name = name;
    Shape.count++;
  }
  abstract area(): number;
  get name(): string { return `<${this._name}>`; }
  set name(value: string) { this._name = value.toUpperCase(); }
  describe(): string { return `${this.name} of ${this.area()} in ${Color[this.color]}`; }
  tag(...tags: string[]): this { this.tags.push(...tags); return this; }
  static compare(a: Shape, b: Shape): number { return a.area() - b.area(); }
  toString(): string { return `Shape ${this._name} [${this.tags.join("|")}]`; }
}

class Rectangle extends Shape {
  constructor(protected width: number, protected height: number, name = "rectangle") {
    super(name, Color.Green);
  }
  area(): number { return this.width * this.height; }
  get diagonal(): number { return Math.sqrt(this.width ** 2 + this.height ** 2); }
}

class Square extends Rectangle {
  static instances: Square[] = [];
  constructor(side: number) {
    super(side, side, "square");
    Square.instances.push(this);
  }
  get name(): string { return "square of side " + this.width; }
  set name(value: string) { super.name = value + "!"; }
  describe(): string { return "A " + super.describe(); }
  static override compare(a: Shape, b: Shape): number { return -super.compare(a, b); }
}

class Circle extends Shape {
  private secret = 0;
  constructor(private radius: number) { super("circle", Color.Blue); }
  area(): number { this.secret++; return Math.floor(Math.PI * this.radius ** 2 * 1000) / 1000; }
  peeked(): number { return this.secret; }
}

const shapes: Shape[] = [new Rectangle(3, 4), new Square(5), new Circle(2), new Square(1)];
for (const shape of shapes) print(shape.describe(), shape.tag("a", "b").toString(), shape instanceof Rectangle, shape instanceof Square);
print(Shape.count, Square.instances.length, (shapes[0] as Rectangle).diagonal, Shape.origin.x);
print(shapes.slice().sort(Shape.compare).map((s) => s.area()).join(), shapes.slice().sort(Square.compare).map((s) => s.area()).join());
shapes[1].name = "renamed";
print(shapes[1].name, `${shapes[1]}`, (shapes[2] as Circle).peeked());
print(Color.Blue, Color[5], Word.Yes, Flag.All, show(Object.entries(Word).sort((a, b) => (a[0] < b[0] ? -1 : 1))));

type Constructor<T = {}> = new (...args: any[]) => T;
function Counted<T extends Constructor>(Base: T) {
  return class extends Base {
    calls = 0;
    hit(): number { return ++this.calls; }
  };
}
function Named<T extends Constructor>(Base: T) {
  return class extends Base { label = "mixed in"; };
}
class Plain { constructor(readonly base: string = "plain") {} }
const Mixed = Named(Counted(Plain));
const mixed = new Mixed("given");
print(mixed.hit(), mixed.hit(), mixed.label, mixed.base, mixed instanceof Plain);

class Tree<T> implements Iterable<T> {
  private left?: Tree<T>;
  private right?: Tree<T>;
  constructor(private value: T, private compare: (a: T, b: T) => number) {}
  insert(value: T): this {
    const side = this.compare(value, this.value) < 0 ? "left" : "right";
    if (this[side]) this[side]!.insert(value);
    else this[side] = new Tree(value, this.compare);
    return this;
  }
  depth(): number { return 1 + Math.max(this.left?.depth() ?? 0, this.right?.depth() ?? 0); }
  *[Symbol.iterator](): IterableIterator<T> {
    if (this.left) yield* this.left;
    yield this.value;
    if (this.right) yield* this.right;
  }
}
const tree = new Tree<number>(50, (a, b) => a - b);
for (let i = 1; i <= 30; i++) tree.insert((i * 37) % 101);
print([...tree].join(" "), tree.depth());

class Stack<T> {
  private items: T[] = [];
  push(item: T): void { this.items.push(item); }
  pop(): T | undefined { return this.items.pop(); }
  get size(): number { return this.items.length; }
}
const stack = new Stack<string | number>();
stack.push(1); stack.push("two");
print(stack.pop(), stack.size, stack.pop(), stack.pop(), stack.size);

class HttpError extends Error {
  constructor(public status: number, message: string) {
    super(message);
    this.name = "HttpError";
  }
}
function risky(kind: number): string {
  try {
    if (kind === 1) throw new HttpError(404, "missing");
    if (kind === 2) throw "a string";
    if (kind === 3) throw { kind };
    if (kind === 4) return "returned";
    if (kind === 5) { const nothing = undefined as any; return nothing.field; }
    return "fell through";
  } catch (e) {
    if (e instanceof HttpError) return `${e.name} ${e.status}: ${e.message} ${e}`;
    if (typeof e === "object") return "object " + show(e);
    return typeof e === "string" ? "caught " + (kind === 5 ? "an error of Lua" : e) : "other";
  } finally {
    print("finally", kind);
  }
}
for (let kind = 0; kind <= 5; kind++) print(risky(kind));
function nested(): string {
  for (let i = 0; i < 9; i++) {
    try {
      try { if (i >= 2) throw new Error("inner " + i); } finally { print("cleanup", i); if (i === 3) return "left the loop"; }
    } catch (e) { print((e as Error).message); if (i === 4) return "unreachable"; }
  }
  return "end";
}
print(nested());

function logged(this: unknown, original: (this: any, ...args: any[]) => any, context: ClassMethodDecoratorContext) {
  return function (this: any, ...args: any[]) {
    print("call of", context.name, show(args));
    return original.call(this, ...args);
  };
}
class Decorated {
  factor = 3;
  @logged
  times(value: number): number { return this.factor * value; }
}
print(new Decorated().times(14));
const bound = new Decorated().times.bind({ factor: 10 } as Decorated);
print(bound(2), Decorated.name, new Decorated().times.call({ factor: 2 } as Decorated, 4));
