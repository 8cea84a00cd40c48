"""Cities where demo clients live, by the team that looks after them."""

from typing import NamedTuple


class City(NamedTuple):
    name: str
    province: str  # external id of the province in base
    region: str  # first six digits that registration offices there give
    area_code: str
    exchange: str  # beginning of landline numbers; "000" and four digits follow
    zip: str  # first three digits of the postal code
    districts: str


SHANGHAI = City(
    "上海市", "base.state_cn_SH", "310000", "21", "5", "200", "浦东新区 徐汇区 杨浦区"
)
SUZHOU = City(
    "苏州市", "base.state_cn_JS", "320500", "512", "6", "215", "姑苏区 吴中区 相城区"
)
NANJING = City(
    "南京市", "base.state_cn_JS", "320100", "25", "8", "210", "鼓楼区 玄武区 建邺区"
)
HANGZHOU = City(
    "杭州市", "base.state_cn_ZJ", "330100", "571", "8", "310", "西湖区 拱墅区 滨江区"
)
NINGBO = City(
    "宁波市", "base.state_cn_ZJ", "330200", "574", "8", "315", "海曙区 鄞州区 镇海区"
)
HEFEI = City(
    "合肥市", "base.state_cn_AH", "340100", "551", "6", "230", "蜀山区 庐阳区 包河区"
)
GUANGZHOU = City(
    "广州市", "base.state_cn_GD", "440100", "20", "8", "510", "天河区 越秀区 番禺区"
)
SHENZHEN = City(
    "深圳市", "base.state_cn_GD", "440300", "755", "8", "518", "南山区 福田区 宝安区"
)
CHENGDU = City(
    "成都市", "base.state_cn_SC", "510100", "28", "8", "610", "锦江区 武侯区 青羊区"
)

CITIES = {
    "demo_team_shanghai": (SHANGHAI, SHANGHAI, SUZHOU, NANJING),
    "demo_team_hangzhou": (HANGZHOU, HANGZHOU, NINGBO, HEFEI),
    "demo_team_guangzhou": (GUANGZHOU, GUANGZHOU, SHENZHEN, CHENGDU),
}
