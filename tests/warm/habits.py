"""What people write in notebooks: small ones of every kind, as data, a list of cells each.

A cell is code, or a pair of its kind (markdown, raw) or of a tag and its text. `FILES` lie beside a
notebook, `DIFFER` are the only cells that say something else in a forked kernel, each by its name
in docs/architecture.md.
"""

FRAME = "import pandas as pd\nframe = pd.DataFrame([range(35)] * 70)\n"
PLOT = "import matplotlib.pyplot as plt\n"
SHOW = "from IPython.display import *\n"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

HABITS: dict[str, list[str | tuple[str, str]]] = {
    "a wide and a long frame": [FRAME + "frame", "frame.T", "print(frame)", "frame.head()"],
    "series and an index": [
        "import pandas as pd\ns = pd.Series([1.5, None], index=['丁蜀镇', '和桥镇'])\ns",
        "s.index",
        "s.describe()",
        "pd.DataFrame({'a': pd.Categorical(['x']), 'd': pd.Timestamp('2013-06-30')}).dtypes",
    ],
    "options of pandas": [
        "import pandas as pd\nprint(pd.get_option('display.max_columns'), pd.get_option('display.width'),"
        " pd.get_option('display.max_rows'), pd.get_option('display.notebook_repr_html'))",
        "pd.set_option('display.max_rows', 4)\npd.DataFrame({'a': range(9)})",
        "with pd.option_context('display.precision', 1, 'display.max_columns', 2):\n"
        "    display(pd.DataFrame([[1.234, 2.345, 3.456]]))",
        "pd.DataFrame({'a': [1.234]}).style.format('{:.1f}').set_uuid('u')",
    ],
    "a figure and two in a cell": [
        PLOT + "plt.plot([1, 3, 2]); plt.title('a'); plt.show()",
        "fig, ax = plt.subplots(); ax.bar([1, 2], [2, 1]); None",
        "for n in (1, 2):\n    plt.figure(); plt.plot([n, 1])",
        "fig",
        "print(plt.get_backend(), plt.isinteractive(), plt.get_fignums())",
    ],
    "settings of matplotlib before pyplot": [
        "import matplotlib as mpl\nmpl.rcParams['figure.figsize'] = (2, 1)\nmpl.rcParams['font.size']",
        PLOT + "plt.plot([1, 2]); None",
        "print(sorted(k for k in mpl.rcParams if mpl.rcParams[k] != mpl.rcParamsDefault[k]))",
        "plt.rcdefaults(); print(plt.rcParams['figure.figsize'])",
    ],
    "a backend named in a cell": [
        "import pandas as pd, os\nos.environ['MPLBACKEND'] = 'svg'",
        PLOT + "print(plt.get_backend())\nplt.plot([1, 2])",
        "pd.DataFrame([range(25)])",
    ],
    "a backend named by mpl.use": [
        "import matplotlib\nmatplotlib.use('svg')\n" + PLOT + "print(plt.get_backend())",
        "plt.plot([1]); None",
    ],
    "a folder of settings named in a cell": [
        "import os\nos.environ['MPLCONFIGDIR'] = os.path.abspath('settings')",
        "import matplotlib\nprint(matplotlib.rcParams['font.size'], os.path.basename(matplotlib.matplotlib_fname()))",
        PLOT + "fig = plt.figure(figsize=(1, 1)); print(fig.dpi)",
    ],
    "matplotlib's magic": [
        "%matplotlib inline",
        "%config InlineBackend.figure_formats = ['svg']\n"
        + PLOT
        + "plt.rcParams['svg.hashsalt'] = 'a'\nplt.plot([1, 2])",
        "get_ipython().magics_manager.magics['line'].__len__() > 50",
    ],
    "text, markup and mathematics": [
        SHOW + "display(Markdown('**b**'), Latex('$x^2$'), HTML('<b>丁蜀镇</b>'), Math('y'))",
        "display({'text/plain': 'p', 'text/html': '<i>h</i>'}, raw=True, metadata={'a': 1})",
        "%%html\n<u>u</u>",
        "%%latex\n$z$",
        "%%markdown\n*m*",
    ],
    "pictures and drawings": [
        SHOW + f"import base64\ndisplay(Image(base64.b64decode('{PIXEL}')))",
        "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"><rect/></svg>'))",
        "import io\nfrom PIL import Image as P\nfile = io.BytesIO()\nP.new('RGB', (2, 2)).save(file, 'jpeg')\nImage(file.getvalue())",
        "P.new('RGB', (2, 2))",
    ],
    "JSON, scripts and a file of a page": [
        SHOW + "display(JSON({'镇': 1}), Javascript('alert(1)'), IFrame('a.html', 1, 1))",
        "FileLink('beside.txt')",
        "%%javascript\nalert(2)",
    ],
    "a display of one's own": [
        "class A:\n    def _repr_html_(self):\n        return '<p>a</p>'\n    def __repr__(self):\n        return 'A'\nA()",
        "class B:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n        return {'text/plain': 'B', 'x/y': '1'}\nB()",
        "class C:\n    def __repr__(self):\n        raise ValueError('no repr')\nC()",
    ],
    "displays that change": [
        SHOW + "shown = display('before', display_id='b')\nshown.update('after')",
        "print(1); clear_output(wait=True); print(2)",
        "print(3); clear_output(); print(4)",
        "update_display('last', display_id='b')",
    ],
    "what is printed, and where to": [
        "import sys, os\nprint('out', flush=True)\nprint('err', file=sys.stderr, flush=True)\nprint('again')",
        "import time\nos.write(1, b'by number\\n'); time.sleep(0.3)",
        "sys.stdout.write('without end'); sys.stdout.isatty()",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as held:\n    print('held')\nheld.getvalue()",
        "print(sys.stdout.encoding, sys.stdin.encoding if sys.stdin else None, sys.stderr.errors)",
    ],
    "warnings": [
        "import warnings\nwarnings.warn('careful')",
        "warnings.warn('old', DeprecationWarning); warnings.warn('soon', FutureWarning)",
        "import numpy as np\nnp.float64(1) / 0",
        "import pandas as pd\npd.Series([1, 2]).astype(str).str.match('(a)')",
        "warnings.simplefilter('error'); warnings.warn('now an error')",
    ],
    "logging": [
        "import logging\nlogging.warning('root'); logging.info('not seen')",
        "logging.basicConfig(level=logging.INFO, format='%(message)s', force=True); logging.info('seen')",
        "logging.getLogger('own').error('own'); print(logging.root.handlers, len(logging.getLogger('matplotlib').handlers))",
    ],
    "bars of progress": [
        "from tqdm import tqdm\nfor _ in tqdm(range(3), bar_format='{l_bar}{n_fmt}', mininterval=9): pass",
        "from tqdm.auto import tqdm as auto\nprint(auto.__module__)",
        "import ipywidgets",
    ],
    "errors": [
        "def f(town):\n    raise KeyError(town)\nf('丁属镇')",
        "1 / 0",
        "try:\n    {}['a']\nexcept KeyError:\n    raise ValueError('第二')",
        "town = “和桥镇”",
        "import no_such_library",
        "raise KeyboardInterrupt",
        "import pandas as pd\npd.DataFrame({'a': [1]})['b']",
        "_",
    ],
    "what is asked of people": [
        "input('name? ')",
        "import getpass\ngetpass.getpass()",
        "import sys\nsys.stdin.read(1)",
    ],
    "magic": [
        "%pwd"
        + "\n_.rsplit('/', 1)[-1] == __import__('os').path.basename(__import__('os').getcwd())",
        "%%capture held\nprint('held')",
        "held.stdout",
        "x = 3\n%who_ls int",
        "%lsmagic\nNone",
        "%%timeit -n1 -r1 -q\npass",
        "%env OWN",
        "%no_such_magic",
        "%%writefile made.py\nsaid = 5",
        "%run made.py\nsaid",
        "%load_ext autoreload\n%autoreload 2\nimport made\nmade.said",
        "print?\n1",
    ],
    "the shell": [
        "!echo shell 丁蜀镇",
        "files = !ls *.txt\nfiles",
        "%%bash\necho magic; exit 0",
        "%%sh\nexit 3",
        "import os, time\nos.system('echo system'); time.sleep(0.3)  # it comes through a pipe",
    ],
    "processes": [
        "import subprocess, sys, time\nran = subprocess.run(['echo', 'child']); time.sleep(0.3); ran.returncode",
        "subprocess.check_output([sys.executable, '-c', 'import sys; print(sys.path[0], sys.flags.optimize)'], text=True)",
        "subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE).communicate(b'x')",
    ],
    "several processes": [
        "def square(x):\n    return x * x\nimport multiprocessing\nwith multiprocessing.Pool(2) as pool:\n    print(pool.map(square, range(4)))",
        "def named(q):\n    q.put(multiprocessing.current_process().name)\nq = multiprocessing.Queue()\np = multiprocessing.Process(target=named, args=(q,))\np.start(); print(q.get()); p.join(); print(p.name, p.exitcode)",
        "print(multiprocessing.current_process().name, multiprocessing.parent_process(), multiprocessing.get_start_method(), multiprocessing.active_children())",
        "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor(2) as pool:\n    print(list(pool.map(abs, [-1, -2])))",
    ],
    "threads": [
        "import threading\nthread = threading.Thread(target=lambda: print('from', threading.current_thread().name))\nthread.start(); thread.join()",
        "print(threading.current_thread().name, threading.current_thread() is threading.main_thread())",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n    print(list(pool.map(str, range(3))))",
    ],
    "asyncio": [
        "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
        "async def two():\n    return 2\nawait asyncio.gather(two(), two())",
        "asyncio.get_event_loop().is_running()",
        "asyncio.run(two())",
    ],
    "who and where it is": [
        "import os, sys\nprint(__name__, '__file__' in globals(), os.path.basename(os.getcwd()), sys.path[0] == '', sys.path.index(''))",
        "print([p for p in sys.path if not p.startswith(sys.base_prefix) and 'site-packages' not in p])",
        "print(os.path.basename(sys.argv[0]), sys.argv[1], len(sys.argv), sys.flags, sys.executable, sys.version)",
        "print(sys.modules['__main__'].__name__, __builtins__.__name__, open.__name__, type(get_ipython()).__name__)",
        "print(sorted(k for k in os.environ if k not in "
        + "('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'NUMEXPR_NUM_THREADS')))",
        "print(sorted(k for k in globals() if not k.startswith('_')), In[1][:6], len(Out))",
        "print(os.environ['OWN'], sys.getrecursionlimit(), sys.gettrace(), sys.getswitchinterval())",
    ],
    "what is imported already": [
        "import sys\nprint([m for m in ('numpy', 'pandas', 'matplotlib', 'yxq', 'yaml', 'scipy', 'json', 'asyncio', 'psutil') if m in sys.modules])",
        "import importlib.util\nspec = importlib.util.find_spec('pandas')\nprint(spec.name, spec.origin, spec.parent, 'pandas' in sys.modules)",
        "import pandas\nprint(pandas.__name__, pandas.__spec__.name, type(pandas.__spec__.loader).__name__, pandas.__file__)",
        "print('matplotlib' in sys.modules, 'yxq' in sys.modules)\nimport importlib\nimportlib.reload(pandas).__name__",
        "import numpy.linalg, scipy.special, xml.dom\nprint(numpy.linalg.__spec__.parent, scipy.special.expit(0))",
    ],
    "chance": [
        "import random, numpy as np\nrandom.seed(3); np.random.seed(3)\nprint(random.random(), np.random.random(), np.random.default_rng(3).random())",
        "import pandas as pd\npd.DataFrame({'a': range(9)}).sample(3, random_state=1)",
        "hash(7), hash(1.5)",
    ],
    "files relative to the notebook": [
        "print(open('beside.txt', encoding='utf-8').read())",
        "with open('written.txt', 'w') as file:\n    file.write('x')\nopen('written.txt').read()",
        "from pathlib import Path\nsorted(p.name for p in Path('.').glob('*.txt')), Path.home() == Path('~').expanduser()",
        "open('不在.txt')",
        "import os\nos.chdir('/'); os.getcwd()",
        "import tempfile\ntempfile.gettempdir()",
    ],
    "language and encoding": [
        "import locale, sys, time\nprint(locale.getlocale(), locale.getpreferredencoding(), sys.getfilesystemencoding(), time.tzname)",
        "print('丁蜀镇'.encode('gbk'), b'\\xb6\\xa1'.decode('gb18030'), '🀄')",
        "locale.setlocale(locale.LC_ALL, 'C'), f'{1234567.891:n}'",
        "print('\\ud800'.encode('utf-8', 'surrogateescape', ) if False else ascii('\\ud800'))",
    ],
    "much output": [
        "for n in range(20_000): print(n, 'x' * 40)",
        "'y' * 300_000",
        "list(range(5000))",
    ],
    "a huge text of a thing": [
        "{n: 'z' * 50 for n in range(3000)}",
        "import numpy as np\nnp.arange(10**6)",
        "set(range(2000))",
    ],
    "a library's own name beside the notebook": [
        "import yaml\nyaml.said",
        "import sys\nsys.path.insert(0, 'further')\nimport six\nprint(six.said)",
    ],
    "cells of other kinds": [
        ("markdown", "# 标题"),
        ("raw", "not run"),
        "",
        "# only a comment",
        "7;",
        "a = 1; a",
        ("hide-input", "print('tagged')"),
        ("raises-exception", "1 / 0"),
        "type(_)",
    ],
    "the end by sys.exit": [
        "print('before')",
        "import sys\nsys.exit()",
        "sys.exit('words')",
        "sys.exit(3)",
        "exit()",
        "'after'",
    ],
    "the end at once": ["print('before')", "import os\nos._exit(3)", "print('never')"],
    "a kernel that is killed": [
        "print('before')",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "print('never')",
    ],
    "a cell that takes too long": [
        "print('before')",
        ("too long", "import time\nprint('begun', flush=True)\ntime.sleep(60)"),
    ],
    "a signal that is caught": [
        "import signal\nprint(signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGPIPE), signal.getsignal(signal.SIGCHLD))",
        "signal.signal(signal.SIGALRM, lambda *a: print('rung'))\nsignal.alarm(1)\nsignal.pause()",
    ],
    "classes, dates and exact numbers": [
        "import dataclasses, enum, datetime as dt, decimal, fractions, typing\n@dataclasses.dataclass\nclass A:\n    x: int = 1\nA(), typing.get_type_hints(A)",
        "import pickle\npickle.loads(pickle.dumps(A())) == A(), A.__module__",
        "decimal.Decimal('0.1') + 1, fractions.Fraction(1, 3), dt.date(2013, 6, 30), decimal.getcontext().prec",
        "import inspect\ninspect.getsource(A)",
    ],
    "the project's own library": [
        "import yxq\nprint(yxq.__name__, len(yxq.__all__) > 20)",
        "yxq.allocate(10, {'a': 1, 'b': 2})",
        "yxq.load_plan(1999)",
        PLOT + "print(plt.get_backend()); plt.plot([1, 2])",
    ],
    "tables and files of tables": [
        "import pandas as pd\npd.DataFrame({'镇': ['丁蜀镇'], 'n': [1]}).to_parquet('t.parquet')\npd.read_parquet('t.parquet')",
        "import sqlite3\nwith sqlite3.connect(':memory:') as base:\n    print(base.execute('select 1 + 1').fetchall())",
        "import pyarrow as pa\npa.table({'a': [1]})",
    ],
}

FILES = {
    "beside.txt": "旁边",
    "yaml.py": "said = 'of the notebook'",
    "further/six.py": "said = 'of a folder'",
    "markupsafe.py": "said = 'of the notebook'",
    "settings/matplotlibrc": "font.size: 7\nfigure.dpi: 50\n",
}
# only where it is asked for: in the other notebooks they would be in the way
BESIDE = {
    "a library's own name beside the notebook": ("yaml.py", "further/six.py"),
    "what differs": ("markupsafe.py",),
}

# These leave nothing behind that another would see, and share a kernel.
TOGETHER = (
    (
        "text, markup and mathematics",
        "pictures and drawings",
        "JSON, scripts and a file of a page",
        "a display of one's own",
        "displays that change",
        "cells of other kinds",
    ),
    ("series and an index", "tables and files of tables", "chance", "options of pandas"),
    (
        "what is printed, and where to",
        "classes, dates and exact numbers",
        "what is asked of people",
    ),
    ("the shell", "processes", "several processes", "threads", "asyncio"),
    ("much output", "a huge text of a thing", "language and encoding"),
)

# In one kernel, in this order.
DIFFER: dict[str, str] = {
    "The process": "import sys\nsys.orig_argv[1:]",
    "Its threads": "import threading\nsorted(t.name for t in threading.enumerate())",
    "Cores": "import os\nos.environ.get('OMP_NUM_THREADS')",
    "Files that are called as a library's own": "import jinja2\njinja2.__name__",
    "Parts of a library": "import matplotlib\nhasattr(matplotlib, 'pyplot')",
    "Libraries that come together": "import sys\n'scipy' in sys.modules",
}
