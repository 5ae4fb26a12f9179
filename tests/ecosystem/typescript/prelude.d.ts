// What the programs use of Lua itself.
declare function print(this: void, ...values: unknown[]): void;
declare function collectgarbage(this: void): void;
