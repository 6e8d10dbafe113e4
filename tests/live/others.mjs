// Writes hashes as JavaScript programs do, with node-redis: `others.mjs PACKAGES SOCKET KEY`.

import { createRequire } from "node:module";
import { join } from "node:path";

const [packages, path, key] = process.argv.slice(2);
const { createClient } = createRequire(join(packages, "package.json"))("@redis/client");

const client = createClient({ socket: { path } });
await client.connect();
await client.hSet(key, {
  int: -42,
  big: "18446744073709551615",
  float: 1e16,
  tiny: 5e-324,
  nan: String(NaN),
  inf: String(-Infinity),
  flag: String(true),
  text: "Ada é \u{1f980}",
  bytes: Buffer.from(Array.from({ length: 256 }, (_, n) => n)),
  empty: "",
  when: new Date(Date.UTC(2026, 10, 24, 8, 0, 0, 500)).toISOString(),
  day: "2026-11-24",
  uuid: "00000000-0000-0000-0000-000000000007",
  // What a program writes that says `String()` of everything.
  true: String(true),
  none: String(undefined),
  whole: String(3.0),
});
client.destroy();
