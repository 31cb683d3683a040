/** Lines as a bot of a game sends them: four stages beside the detector, a scene, every figure of an inference. */

/** The text of a frame's line; `stepMs` is the bot's time between two frames. */
export function frameLine(index: number, stepMs: number): string {
  return JSON.stringify({
    kind: 'frame',
    id: index,
    atMs: 1_000 + index * stepMs,
    totalMs: 12.5 + (index % 7),
    width: 1920,
    height: 1080,
    stagesMs: { capture: 2.1, vision: 1.2, ocr: 3.3 + (index % 3), minimap: 0.4 },
    waitMs: 1.5,
    inference: {
      model: 'yolov8n',
      size: 640,
      preprocessMs: 0.6,
      inferenceMs: 4.2 + (index % 5) / 10,
      postprocessMs: 0.5,
      detections: index % 9,
    },
    queueSize: 0,
    drops: 0,
    scene: { motionDetected: index % 2 === 0, combatActive: index % 50 === 0 },
  });
}
