// What Node has and a page does not, as far as the tests use it: with no types of its own, and none to be installed.
declare module "node:*";
declare const process: {
  argv: string[];
  env: Record<string, string | undefined>;
  stdout: { write(text: string): void };
  cpuUsage(): { user: number; system: number };
};
declare function setImmediate(call: (...args: never[]) => void): void;
