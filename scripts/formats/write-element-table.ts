/** Development tool: a FHIR core package's folder in, `definitions/elements-<version>.json` out (`npx tsx scripts/formats/write-element-table.ts FOLDER`). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '../core/fhir';
import { packageRoot } from '../core/package-root';
import { writeWhole } from '../core/write-whole';
import { elementTableFrom } from './element-table-source';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Give the package folder of the FHIR core package.');
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const { name, version } = read('package.json') as { name: string; version: string };
const short = /^hl7\.fhir\.(r\d+b?)\.core$/.exec(name)?.[1];
if (short === undefined) throw new Error(`${name} is no core package of a FHIR version.`);
const files = readdirSync(folder).filter((file) => /^(StructureDefinition|CompartmentDefinition)-.*\.json$/.test(file));
const table = elementTableFrom(version, files.sort().map((file) => read(file) as Resource));
const rows = (record: object) => Object.entries(record).map(([key, row]) => `    ${JSON.stringify(key)}: ${JSON.stringify(row)}`).join(',\n');
writeWhole(
  join(packageRoot(), 'definitions', `elements-${short}.json`),
  `{\n  "fhirVersion": ${JSON.stringify(table.fhirVersion)},\n  "types": {\n${rows(table.types)}\n  },\n  "uriElements": ${JSON.stringify(table.uriElements)},\n  "compartments": ${JSON.stringify(table.compartments)},\n  "primitives": ${JSON.stringify(table.primitives)},\n  "structures": {\n${rows(table.structures)}\n  }\n}\n`,
);
