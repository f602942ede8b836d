/** Sizes of files and disks; these are no figures of the business. */
export function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 0);
}
