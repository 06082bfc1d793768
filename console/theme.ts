/** The colours of an oak: deep green on warm paper. Each shade that carries text is dark enough for WCAG AA on the paper. */
import { createTheme } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'oak',
  primaryShade: 7,
  colors: {
    oak: ['#eef5f0', '#dce9e0', '#b9d4c3', '#93bca3', '#6fa487', '#4f8b6d', '#3a7457', '#2b5d45', '#1f4a36', '#143527'],
    gray: [
      '#faf8f4',
      '#f4f1ea',
      '#e9e4d9',
      '#dad3c5',
      '#bfb6a5',
      '#857b69',
      '#6b6253',
      '#5a5245',
      '#3d382f',
      '#25221c',
    ],
    red: ['#fdf0ee', '#fadfdb', '#f2bdb6', '#e8978c', '#d5604f', '#c0392b', '#a62b1c', '#8c2417', '#731d12', '#58160d'],
    yellow: [
      '#fdf7e7',
      '#faedc9',
      '#f4dc98',
      '#ecc765',
      '#e0b03c',
      '#c8951f',
      '#a37612',
      '#7d590b',
      '#5f4308',
      '#452f05',
    ],
  },
  black: '#25221c',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Open Sans", "Helvetica Neue", Arial, sans-serif',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});
