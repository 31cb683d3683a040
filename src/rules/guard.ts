/**
 * What is refused before the YAML library sees a file: nesting deep enough aborts the whole process inside it
 * (yaml 2.9.1, Node 20 and 22), so size and depth are bounded first, by its own iterative lexer and parser.
 */
import { Lexer, Parser } from 'yaml';
import type { Problem } from '../shapes/rule.js';
import { fileProblem } from './problems.js';

/** Largest file in bytes. A book of 100 rules takes about 18 kB. */
export const MAX_FILE_BYTES: number = 256 * 1024;
/** Deepest nesting of the parser's stack; 100 ordinary rules reach 12. */
const MAX_DEPTH = 64;

/** The text of a file, or what is wrong with its bytes. A byte-order mark passes; UTF-16 is refused by name. */
export function decodeFile(path: string, bytes: Uint8Array): { text: string } | { problem: Problem } {
  if (bytes.length > MAX_FILE_BYTES) {
    return {
      problem: fileProblem(
        path,
        'too-big',
        `the file has ${bytes.length} bytes`,
        `at most ${MAX_FILE_BYTES} bytes`,
      ),
    };
  }
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return {
      problem: fileProblem(path, 'encoding', 'the file is UTF-16', 'UTF-8; save it again with that encoding'),
    };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return {
      problem: fileProblem(
        path,
        'encoding',
        'the file is not UTF-8',
        'UTF-8 text; save it again with that encoding',
      ),
    };
  }
}

/** What makes a text too dangerous to parse, or null. */
export function guardText(path: string, text: string): Problem | null {
  if (text.length > MAX_FILE_BYTES) {
    return fileProblem(
      path,
      'too-big',
      `the file has ${text.length} characters`,
      `at most ${MAX_FILE_BYTES}`,
    );
  }
  if (text.trim() === '' || text.split(/\r?\n/).every((line) => /^\s*(#.*)?$/.test(line))) {
    return fileProblem(
      path,
      'empty',
      'the file is empty',
      'at least "version: 1"; delete the file to remove its rules',
    );
  }
  const parser = new Parser();
  let line = 1;
  for (const token of new Lexer().lex(text)) {
    if (token.startsWith('%')) {
      const message = `the directive "${token.trim()}" changes what YAML means`;
      return { ...fileProblem(path, 'directive', message, 'plain YAML 1.2 without directives'), line };
    }
    for (const _ of parser.next(token)) {
      // Only the depth of the parser's stack is of interest here.
    }
    if (parser.stack.length > MAX_DEPTH) {
      return {
        ...fileProblem(path, 'too-deep', 'the file is nested too deeply', `at most ${MAX_DEPTH} levels`),
        line,
      };
    }
    line += token.split('\n').length - 1;
  }
  return null;
}
