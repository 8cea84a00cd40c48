from . import insurance_archive_demo
from . import insurance_cover_kind
from . import insurance_product_category
