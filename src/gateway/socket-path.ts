/** Where both halves find each other. */
export function socketPath(folder: string, port: number): string {
  return `${folder}/${port}.sock`;
}
