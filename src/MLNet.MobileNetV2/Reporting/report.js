'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const dialog = document.getElementById('photos');

  const element = (tag, text, name) => {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = name ?? '';
    return made;
  };

  // A picture stands once in the file, and wherever it is shown.
  const show = (image) => {
    const photo = data.photos[image.dataset.photo];
    if (photo.picture) {
      image.src = `data:image/webp;base64,${photo.picture}`;
    } else {
      image.replaceWith(element('span', photo.problem ? `Cannot be shown: ${photo.problem}` : 'No room for its picture.', 'gone'));
    }
  };
  document.querySelectorAll('img[data-photo]').forEach(show);

  const item = ({ place, caption }) => {
    const figure = element('figure', '');
    const pictures = element('div', '', 'pictures');
    const words = element('figcaption', '');
    words.append(element('span', caption), element('span', data.photos[place]?.path ?? 'file not known', 'path'));
    figure.append(pictures, words);
    if (place !== undefined) {
      const image = element('img', '');
      image.dataset.photo = place;
      image.alt = data.photos[place].path;
      pictures.append(image);
      show(image);
    }

    const entry = element('li', '');
    entry.append(figure);
    return entry;
  };

  for (const button of document.querySelectorAll('button[data-cell]')) {
    button.addEventListener('click', () => {
      const cell = data.cells[button.dataset.cell];
      dialog.querySelector('h2').textContent = cell.title;
      dialog.querySelector('p').textContent = cell.more;
      dialog.querySelector('ul').replaceChildren(...cell.photos.map(item));
      dialog.showModal();
      dialog.scrollTop = 0;
    });
  }

  dialog.querySelector('button').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());

  const key = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent;
  for (const button of document.querySelectorAll('.sortable th > button')) {
    button.addEventListener('click', () => {
      const head = button.parentElement;
      const table = head.closest('table');
      const order = head.ariaSort === 'ascending' ? 'descending' : 'ascending';
      for (const other of head.parentElement.cells) {
        other.ariaSort = other === head ? order : 'none';
      }

      const sign = order === 'ascending' ? 1 : -1;
      const column = head.cellIndex;
      const isNumber = table.tBodies[0].rows[0]?.cells[column].dataset.value !== undefined;
      const compare = isNumber ? (a, b) => a - b : new Intl.Collator('en', { numeric: true }).compare;
      const rows = [...table.tBodies[0].rows].map((row) => [key(row, column), row]);
      rows.sort(([a], [b]) => sign * compare(a, b));
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  }

  // What is folded away is printed too.
  addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((part) => { part.open = true; }));
})();
