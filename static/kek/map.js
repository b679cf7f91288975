// Comfort only: what a map shows, the list or the form beside it says too. Needs Leaflet. Addresses and words stand in the
// data attributes of templates/partials/map_ideas.html and map_picker.html; whatever fails, the map stays hidden.
{
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const touched = matchMedia("(pointer: coarse)").matches;
  const APART = 36; // pixels between two markers, so that each can be hit

  const ASIDE = [[0, ""], [32, "map-name--below"], [-32, "map-name--above"]]; // pixels that a name moves down (map.css)
  const SIZE = { one: 28, many: 40 };
  const language = document.documentElement.lang;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const load = async (address) => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return response.json();
  };

  const make = (tag, className, text = "") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };

  // The district on the canvas of the element, as large as it fits; tiles below where the portal has an address of some.
  const openMap = (element, boundaries) => {
    const { tiles, textIn, textOut } = element.dataset;
    const canvas = element.querySelector("[data-map-canvas]");
    element.hidden = false;
    const map = L.map(canvas, {
      attributionControl: false, // Its text would be taken for HTML; the source stands below the map.
      zoomControl: false,
      scrollWheelZoom: false,
      zoomAnimation: !calm,
      fadeAnimation: !calm,
      markerZoomAnimation: !calm,
      inertia: !calm,
      zoomSnap: tiles ? 1 : 0.25, // Tiles are sharp at whole steps alone.
      maxZoom: tiles ? 18 : 15,
      maxBoundsViscosity: 1,
    });
    if (calm) map.panBy = (offset) => L.Map.prototype.panBy.call(map, offset, { animate: false });
    L.control.zoom({ position: "bottomleft", zoomInTitle: textIn, zoomOutTitle: textOut }).addTo(map);
    if (tiles) {
      element.classList.add("map--tiles");
      L.tileLayer(tiles).addTo(map);
    }
    const land = L.geoJSON(boundaries, { interactive: false, style: { className: "map-land", weight: 1 } }).addTo(map);
    map.getPane("overlayPane").setAttribute("aria-hidden", "true");

    let whole = 0;
    const fit = () => {
      map.setMinZoom(0).setMaxBounds(null);
      map.fitBounds(land.getBounds(), { padding: [8, 8], animate: false });
      whole = map.getZoom();
      map.setMinZoom(whole).setMaxBounds(land.getBounds().pad(0.8));
    };
    fit();
    new ResizeObserver(() => {
      const isWhole = map.getZoom() === whole;
      map.invalidateSize({ animate: false });
      if (isWhole && canvas.clientWidth) fit();
    }).observe(canvas);

    // The wheel scrolls the page until somebody turns to the map.
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    return { map, canvas, land, keepNamesFrom: nameAreas(map, boundaries), isWhole: () => map.getZoom() === whole };
  };

  // Names of the municipalities, as many as have room: in the middle, else below or above what lies there.
  const nameAreas = (map, boundaries) => {
    const pane = map.createPane("names");
    pane.setAttribute("aria-hidden", "true");
    pane.style.zIndex = 450; // above the areas, below the markers
    const names = boundaries.features.map(({ properties }) => {
      const text = make("span", "map-name", properties.name);
      text.lang = "de";
      const html = make("div", "");
      html.append(text);
      const icon = L.divIcon({ className: "", html, iconSize: [0, 0] });
      const at = L.latLng(properties.label[1], properties.label[0]);
      L.marker(at, { icon, pane: "names", interactive: false, keyboard: false }).addTo(map);
      return { at, html, text, size: L.point(text.offsetWidth + 8, text.offsetHeight + 2) };
    });
    const around = (at, size, lower = 0) => {
      const middle = map.project(at).add([0, lower]);
      return L.bounds(middle.subtract(size.divideBy(2)), middle.add(size.divideBy(2)));
    };
    let markers = [];
    const arrange = () => {
      const taken = markers.map(({ at, size }) => around(at, L.point(size, size)));
      for (const { at, html, text, size } of names) {
        const free = ASIDE.find(([lower]) => !taken.some((other) => other.overlaps(around(at, size, lower))));
        html.hidden = !free;
        if (!free) continue;
        const [lower, className] = free;
        text.className = `map-name ${className}`;
        taken.push(around(at, size, lower));
      }
    };
    arrange();
    map.on("zoomend", arrange);
    return (those) => {
      markers = those;
      arrange();
    };
  };

  // Ideas

  const maps = [];

  const showIdeas = async (element) => {
    const { boundaries, points, textMany, textClose } = element.dataset;
    const [areas, found] = await Promise.all([load(boundaries), load(points)]);
    if (!areas.features.length) return;
    const { map, canvas, keepNamesFrom, isWhole } = openMap(element, areas);
    const places = found.features
      .filter((feature) => feature.geometry?.type === "Point")
      .map(({ id, geometry, properties }) => ({
        at: L.latLng(geometry.coordinates[1], geometry.coordinates[0]),
        count: properties.count || 1,
        keys: (properties.ideas || [id]).map(String),
        ...properties,
      }));

    // Whoever narrows the list looks at the municipalities in which the ideas lie.
    if (element.hasAttribute("data-narrowed") && places.length) {
      const within = places.map(({ at }) => areas.features.find((area) => isIn(area, at)));
      const bounds = L.latLngBounds(places.map(({ at }) => at));
      for (const area of new Set(within)) if (area) bounds.extend(L.geoJSON(area).getBounds());
      map.fitBounds(bounds, { padding: [24, 24], animate: false });
    }

    // One finger scrolls the page as long as there is nothing to move.
    if (touched) {
      const follow = () => map.dragging[isWhole() ? "disable" : "enable"]();
      follow();
      map.on("zoomend", follow);
    }

    const markers = L.layerGroup().addTo(map);
    const markerOf = new Map();
    const draw = () => {
      markers.clearLayers();
      markerOf.clear();
      const groups = gather(places, map);
      for (const group of groups) {
        const marker = mark(group);
        for (const key of group.places.flatMap((place) => place.keys)) markerOf.set(key, marker);
      }
      keepNamesFrom(groups.map(({ at, count }) => ({ at, size: count === 1 ? SIZE.one : SIZE.many })));
    };

    const mark = (group) => {
      const [first] = group.places;
      const isOne = group.count === 1;
      const words = isOne ? [first.title, first.status].filter(Boolean).join(", ") : fill(textMany, { count: group.count.toLocaleString(language) });
      const size = isOne ? SIZE.one : SIZE.many;
      const icon = L.divIcon({
        className: isOne ? "map-marker" : "map-marker map-marker--many",
        html: make("span", "map-marker__body", isOne ? "" : group.count.toLocaleString(language)),
        iconSize: [size, size],
      });
      const marker = L.marker(group.at, { icon }).addTo(markers);
      const body = marker.getElement();
      body.setAttribute("aria-label", words);
      body.title = words;
      const choose = (byKeyboard) => {
        const bounds = L.latLngBounds(group.places.map((place) => place.at));
        const isSpread = !bounds.getNorthEast().equals(bounds.getSouthWest(), 0.0001);
        if (isSpread && map.getZoom() < map.getMaxZoom()) {
          if (byKeyboard) canvas.focus(); // The marker is drawn anew.
          map.fitBounds(bounds, { padding: [60, 60], animate: !calm });
        } else {
          tell(group, byKeyboard ? body : null);
        }
      };
      marker.on("click", () => choose(false));
      body.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose(true);
      });
      return marker;
    };

    const tell = (group, from) => {
      const list = make("ul", "map-found");
      for (const { url, title, status } of group.places) {
        const link = make("a", "", title);
        link.lang = "de";
        if (url.startsWith("/")) link.href = url;
        const entry = make("li", "");
        entry.append(link);
        if (status) entry.append(make("span", "map-found__status", status));
        list.append(entry);
      }
      const popup = L.popup({ maxHeight: 220, maxWidth: 260, autoPanPadding: [8, 8], offset: [0, -8] });
      popup.setLatLng(group.at).setContent(list).openOn(map);
      popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", textClose);
      if (!from) return;
      list.querySelector("a").focus();
      popup.on("remove", () => (from.isConnected ? from : canvas).focus());
    };

    canvas.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    draw();
    map.on("zoomend", draw);
    maps.push({
      highlight: (key, on) => {
        const marker = markerOf.get(key);
        marker?.getElement()?.classList.toggle("map-marker--lit", on);
        marker?.setZIndexOffset(on ? 10000 : 0);
      },
    });
  };

  // Places so near to each other that their markers would overlap become one.
  const gather = (places, map) => {
    const groups = [];
    for (const place of places) {
      const spot = map.project(place.at);
      const near = groups.find((group) => group.spot.distanceTo(spot) < APART);
      if (near) {
        near.places.push(place);
        near.count += place.count;
      } else {
        groups.push({ spot, at: place.at, places: [place], count: place.count });
      }
    }
    return groups;
  };

  // An entry of the list that somebody points at or reaches by keyboard shows itself on the map.
  for (const [type, on] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]]) {
    document.addEventListener(type, (event) => {
      const key = event.target.closest?.("[data-idea]")?.dataset.idea;
      if (key) for (const map of maps) map.highlight(key, on);
    });
  }

  // Picking a point

  const isIn = ({ geometry }, { lat, lng }) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    return polygons.some((rings) => {
      let inside = false; // a point in a hole is crossed out again by the hole's ring
      for (const ring of rings) {
        for (let i = 1; i < ring.length; i += 1) {
          const [[x1, y1], [x2, y2]] = [ring[i - 1], ring[i]];
          if (y1 <= lat !== y2 <= lat && lng < x1 + ((lat - y1) * (x2 - x1)) / (y2 - y1)) inside = !inside;
        }
      }
      return inside;
    });
  };

  const pick = async (element) => {
    const { boundaries, lat, lon, municipality, textInside, textOutside, textRemoved, textElsewhere } = element.dataset;
    const [latitude, longitude] = [document.querySelector(lat), document.querySelector(lon)];
    const select = municipality ? document.querySelector(municipality) : null;
    const areas = await load(boundaries);
    if (!latitude || !longitude || !areas.features.length) return;
    const { map, canvas } = openMap(element, areas);
    map.doubleClickZoom.disable();
    canvas.classList.add("map-canvas--picking");
    const told = element.querySelector("[data-map-told]");
    const remove = element.querySelector("[data-map-remove]");
    const areaAt = (at) => areas.features.find((area) => isIn(area, at));
    const pin = L.marker([0, 0], {
      icon: L.divIcon({ className: "map-pin", html: make("span", "map-pin__body"), iconSize: [28, 28], iconAnchor: [14, 32] }),
      draggable: true,
      keyboard: false,
    });
    let point = null;

    const write = (field, value) => {
      if (field.value === value) return;
      field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const show = (at, area) => {
      point = at;
      pin.setLatLng(at).addTo(map);
      remove.disabled = false;
      told.textContent = fill(textInside, area.properties);
    };
    const place = (at) => {
      const area = areaAt(at);
      if (!area) {
        if (point) pin.setLatLng(point);
        told.textContent = textOutside;
        return;
      }
      show(at, area);
      write(latitude, at.lat.toFixed(5));
      write(longitude, at.lng.toFixed(5));
      if (select?.querySelector(`option[value="${area.id}"]`)) write(select, String(area.id));
    };
    const clear = (why) => {
      if (remove === document.activeElement) canvas.focus();
      point = null;
      pin.remove();
      remove.disabled = true;
      told.textContent = why;
      write(latitude, "");
      write(longitude, "");
    };

    map.on("click", ({ latlng }) => place(latlng));
    pin.on("dragend", () => place(pin.getLatLng()));
    canvas.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== canvas) return;
      event.preventDefault();
      place(map.getCenter());
    });
    element.querySelector("[data-map-set]").addEventListener("click", () => place(map.getCenter()));
    remove.addEventListener("click", () => clear(textRemoved));
    const turnTo = (area) => area && map.fitBounds(L.geoJSON(area).getBounds(), { animate: false });
    const chosen = () => areas.features.find(({ id }) => String(id) === select?.value);
    select?.addEventListener("change", () => {
      const area = chosen();
      if (point && !(area && isIn(area, point))) clear(textElsewhere);
      if (!point) turnTo(area);
    });

    // What the form brought along, for instance back from an error, or what was chosen before the map was there
    const [given, known] = [parseFloat(latitude.value), parseFloat(longitude.value)];
    const at = Number.isNaN(given) || Number.isNaN(known) ? null : L.latLng(given, known);
    const area = at && areaAt(at);
    if (area) show(at, area);
    turnTo(area || chosen());
  };

  // Every map of the page, and those that htmx 2 puts in later

  const kinds = { ideas: showIdeas, picker: pick };
  const start = () => {
    for (const element of document.querySelectorAll("[data-map]:not([data-map-started])")) {
      element.dataset.mapStarted = "";
      kinds[element.dataset.map](element).catch((error) => {
        element.hidden = true;
        console.warn(error);
      });
    }
  };
  start();
  document.addEventListener("htmx:afterSwap", start);
}
