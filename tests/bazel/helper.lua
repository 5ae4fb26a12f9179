return "helper"
