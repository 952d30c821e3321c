/** Development tool: a FHIR core package's folder in, `definitions/elements-r4.json` out (`npx tsx scripts/server/write-element-table.ts FOLDER`). */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '../core/fhir';
import { FHIR_VERSIONS } from '../core/fhir-version';
import { packageRoot } from '../core/package-root';
import { elementTableFrom } from './element-table-source';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Give the package folder of the FHIR core package.');
const files = readdirSync(folder).filter((file) => /^(StructureDefinition|CompartmentDefinition)-.*\.json$/.test(file));
const table = elementTableFrom(FHIR_VERSIONS.R4.version, files.sort().map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Resource));
const rows = Object.entries(table.types).map(([type, row]) => `    ${JSON.stringify(type)}: ${JSON.stringify(row)}`);
writeFileSync(
  join(packageRoot(), 'definitions', 'elements-r4.json'),
  `{\n  "fhirVersion": ${JSON.stringify(table.fhirVersion)},\n  "types": {\n${rows.join(',\n')}\n  },\n  "uriElements": ${JSON.stringify(table.uriElements)},\n  "compartments": ${JSON.stringify(table.compartments)}\n}\n`,
);
