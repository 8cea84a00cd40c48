import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]


@pytest.fixture(scope="session")
def scene():
    from scene import Scene

    scene = Scene()
    try:
        scene.build()
        yield scene
    finally:
        scene.close()
