/** The drawing of a whole graph, on request: laid out in a worker, which is stopped when it takes too long. */

export const MOST_OPERATORS = 2500;
const MOST_SECONDS = 15;

/**
 * Lay out these boxes and edges. Resolves to what `layered` returns, rejects with an Error for people where there are
 * too many or it takes too long. `source` is the text of the layout script.
 */
export function layoutInWorker(nodes, edges, source) {
  if (nodes.length > MOST_OPERATORS) {
    const message = `${nodes.length.toLocaleString("en")} boxes are too many to draw at once (at most ${MOST_OPERATORS.toLocaleString("en")}).`;
    return Promise.reject(new Error(`${message} Search for a name, and show more hops around a rewrite.`));
  }
  const body = `${source}\nonmessage = ({ data }) => postMessage(layered(data.nodes, data.edges, { sweeps: 6 }));`;
  const address = URL.createObjectURL(new Blob([body], { type: "text/javascript" }));
  const worker = new Worker(address);
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`The layout was stopped after ${MOST_SECONDS} seconds: this graph is too large to draw at once.`));
    const timer = setTimeout(late, 1000 * MOST_SECONDS);
    worker.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data);
    };
    worker.onerror = (event) => {
      clearTimeout(timer);
      reject(new Error(`The layout failed: ${event.message}`));
    };
    worker.postMessage({ nodes, edges });
  }).finally(() => {
    worker.terminate();
    URL.revokeObjectURL(address);
  });
}
