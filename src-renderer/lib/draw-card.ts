const width = 1_200;
const margin = 40;
const lineHeight = 26;
const fontPx = 17;
const scale = 2;

/** Lines of a text, broken at words where they are wider than the picture. */
function wrap(text: string, context: CanvasRenderingContext2D): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const lines = [''];
    for (const word of line.split(' ')) {
      const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`;
      if (context.measureText(longer).width <= width - 2 * margin) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  });
}

/** A text as a picture in the page's colours and font; null where the browser cannot draw. The first line stands out. */
export function drawCard(text: string, place: Element): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (context === null) return Promise.resolve(null);
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const font = `${fontPx}px ${style.fontFamily}`;
  context.font = font;
  const lines = wrap(text, context);
  canvas.width = width * scale;
  canvas.height = (2 * margin + lines.length * lineHeight) * scale;
  context.scale(scale, scale);
  context.fillStyle = colour('--surface');
  context.fillRect(0, 0, width, canvas.height);
  lines.forEach((line, at) => {
    context.font = at === 0 ? `600 ${font}` : font;
    context.fillStyle = colour(at === 0 ? '--text' : '--muted');
    context.fillText(line, margin, margin + (at + 0.7) * lineHeight);
  });
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}
