// All programs as one, then a traceback, which the option sourceMapTraceback
// turns back into lines of TypeScript.
import "./classes";
import "./iteration";
import "./texts";

declare namespace debug { function traceback(this: void, message?: string): string; }
function inner(): string { return debug.traceback("mapped"); }
class Outer { call(): string { const lines = inner(); return lines; } }
print(new Outer().call());
