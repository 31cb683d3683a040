/** Reads a page of the documentation as a person would follow it: files are written, commands are typed. */

export type Block =
  /** A file as it stands; `wrong` ones are followed by what the program says of them. */
  | { kind: 'file' | 'wrong'; path: string; text: string }
  /** Keys laid into the first rule, or into the top, of the file that was written last. */
  | { kind: 'rule' | 'top'; text: string }
  | { kind: 'command'; text: string }
  | { kind: 'prints'; text: string };

const FENCE =
  /^(?:<!-- (?<told>[a-z]+)(?: (?<path>\S+))? -->\n)?```(?<language>\w+)\n(?<text>[\s\S]*?)^```$/gm;

/** The blocks of a page in their order; those that tell nothing a program could follow are left out. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(FENCE)].flatMap(({ groups = {} }): Block[] => {
    const { told, path = '', language, text = '' } = groups;
    if (told === 'file' || told === 'wrong') return [{ kind: told, path, text }];
    if (told === 'rule' || told === 'top' || told === 'prints') return [{ kind: told, text }];
    return language === 'sh' ? [{ kind: 'command', text }] : [];
  });
}

/** The page with what was printed in place of what each `prints` block holds, in order. */
export function withPrinted(page: string, printed: readonly string[]): string {
  let next = 0;
  return page.replace(FENCE, (whole, told: string | undefined, _path, _language, text: string) =>
    told === 'prints'
      ? whole.replace(/```text\n[\s\S]*```$/, `\`\`\`text\n${printed[next++] ?? text}\`\`\``)
      : whole,
  );
}
