from . import test_diligence
from . import test_product_cover
from . import test_product_life
from . import test_product_premium
