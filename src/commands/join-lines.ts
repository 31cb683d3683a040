/** What a person types into their own bot to join the agent. */

/** The lines for a Node bot at this agent; shown while no bot is there. */
export function joinLines(url: string): string {
  return [
    `no bot yet; a Node bot on this machine joins ${url} with:`,
    '',
    "  import { connect } from 'evenkeel/sdk';",
    "  const bot = connect('my-bot', { knobs: { model: ['yolov8n', 'yolov8s'], resolution: [416, 512, 640], frameSkip: true } });",
    "  bot.on('model', (name) => loadModel(name));",
    '  const frame = bot.frame([1920, 1080]);            // one for each frame',
    "  frame.stage('ocr', () => readText()); frame.finish();",
    '',
    'every other language: POST /v1/bot/hello, then JSON lines to /v1/bot/stream with the token of the state folder',
    '',
  ].join('\n');
}
