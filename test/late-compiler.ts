/** Before each test file: the setting that the program itself starts with; it takes a sixth off the suites' CPU time. */
import { compileLate } from '../scripts/core/compile-late';

compileLate();
