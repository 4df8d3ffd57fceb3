/**
 * Adds the optional packages of other platforms to package-lock.json, so that the lockfile is the same wherever it is made.
 *
 *   node tools/complete-lock.mjs           completes package-lock.json in the current folder
 *   node tools/complete-lock.mjs --check   changes nothing; exits 1 when something is missing
 *
 * Why: `npm install` leaves a platform's package out of the lockfile when the registry at hand cannot offer it (a mirror that holds
 * one platform only). `npm ci` then refuses that lockfile: "Missing: NAME@VERSION from lock file". Such packages are named in the
 * `optionalDependencies` of a package that is in the lockfile, with an exact version, and the platform stands in their name. An added
 * entry has no `integrity`: the registry that would know it does not hold the package. The next `npm install` elsewhere fills it in.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const file = 'package-lock.json';

const osOfWord = new Map(
  ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'].map((os) => [os, os]),
).set('windows', 'win32');
const cpuOfWord = new Map(
  ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'].map((cpu) => [cpu, cpu]),
)
  .set('aarch64', 'arm64')
  .set('x86_64', 'x64')
  .set('wasm', 'wasm32');
const libcOfWord = new Map([
  ['gnu', 'glibc'],
  ['gnueabihf', 'glibc'],
  ['musl', 'musl'],
  ['musleabihf', 'musl'],
]);

/** The platform that a package's name tells, in the fields of a lockfile; undefined when it tells none. */
function platformOf(name) {
  const words = name.split('/').pop().split(/[-.]/);
  const first = (table) => words.map((word) => table.get(word)).find(Boolean);
  const platform = { os: first(osOfWord), cpu: first(cpuOfWord), libc: first(libcOfWord) };
  const told = Object.entries(platform).filter(([, value]) => value !== undefined);
  return told.length === 0 ? undefined : Object.fromEntries(told.map(([field, value]) => [field, [value]]));
}

/** The lockfile key by which `name` is found from the package at `path`, by Node's rule: the nearest node_modules wins. */
function resolve(packages, path, name) {
  let folder = path;
  while (!packages[keyOf(folder, name)]) {
    if (folder === '') return undefined;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')));
  }
  return keyOf(folder, name);
}

function keyOf(folder, name) {
  return `${folder}${folder && '/'}node_modules/${name}`;
}

/** The entries that are missing, by lockfile key, and the optional dependencies that cannot be completed. */
function missingEntries(packages) {
  const known = { ...packages };
  const missing = {};
  const skipped = [];
  for (const { path, parent, name, range } of optionalDependencies(packages)) {
    const found = resolve(known, path, name);
    const version = /^[\^~]?(\d+\.\d+\.\d+[^\s|]*)$/.exec(range)?.[1];
    if (found && (version !== range || known[found].version === version)) continue;
    const platform = platformOf(name);
    if (!version || !platform) {
      skipped.push(`${name}@${range}, wanted by ${path || 'the project'}`);
      continue;
    }
    const key = keyOf(found ? path : '', name);
    missing[key] = entryOf(version, platform, parent);
    known[key] = missing[key];
  }
  return { missing, skipped };
}

function optionalDependencies(packages) {
  return Object.entries(packages).flatMap(([path, parent]) =>
    Object.entries(parent.optionalDependencies ?? {}).map(([name, range]) => ({ path, parent, name, range })),
  );
}

/** Fields in the order in which npm writes them. */
function entryOf(version, platform, parent) {
  const { os, cpu, libc } = platform;
  return {
    version,
    ...(cpu && { cpu }),
    ...(parent.dev && { dev: true }),
    ...(libc && { libc }),
    optional: true,
    ...(os && { os }),
  };
}

const lock = JSON.parse(readFileSync(file, 'utf8'));
const { missing, skipped } = missingEntries(lock.packages);
for (const name of skipped) console.error(`${file}: cannot complete ${name}: no exact version, or no platform in its name`);
const count = Object.keys(missing).length;
if (process.argv.includes('--check')) {
  if (count > 0) {
    console.error(`${file} lacks ${Object.keys(missing).join(', ')}. Run: make lock`);
    process.exitCode = 1;
  }
} else {
  const all = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(all) }, null, 2)}\n`);
  console.log(`${file}: ${count} entries added`);
}
