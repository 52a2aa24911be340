const width = 1_200;
const margin = 40;
const lineHeight = 26;
const fontPx = 17;
const scale = 2;

/** After a space, and in writing without spaces beside each sign but before one that closes: where a line may end. */
const mayBreak = /(?<= )|(?<=[\p{sc=Han}，。；：、）”])(?![，。；：、）”])|(?<! )(?=\p{sc=Han})(?<![（“])/u;

/** Lines of a text, broken where they are wider than `fits` lets them. */
export function wrapLines(text: string, fits: (line: string) => boolean): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const lines = [''];
    for (const piece of line.split(mayBreak)) {
      const longer = `${lines.at(-1)}${piece}`;
      if (lines.at(-1) === '' || fits(longer.trimEnd())) lines[lines.length - 1] = longer;
      else lines.push(piece);
    }
    return lines.map((each) => each.trimEnd());
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
  const lines = wrapLines(text, (line) => context.measureText(line).width <= width - 2 * margin);
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
