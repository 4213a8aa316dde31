/** What the shop sells, and the words its people are made of. A table: nothing here decides anything. */
export const PRODUCTS = [
	{ product_id: "p-espresso", name: "Espresso beans 1 kg", category: "coffee", price: 24.5 },
	{ product_id: "p-filter", name: "Filter roast 500 g", category: "coffee", price: 13.9 },
	{ product_id: "p-decaf", name: "Decaf 250 g", category: "coffee", price: 8.4 },
	{ product_id: "p-grinder", name: "Hand grinder", category: "equipment", price: 89 },
	{ product_id: "p-kettle", name: "Gooseneck kettle", category: "equipment", price: 64 },
	{ product_id: "p-machine", name: "Espresso machine", category: "equipment", price: 549 },
	{ product_id: "p-cups", name: "Set of four cups", category: "tableware", price: 32 },
	{ product_id: "p-mug", name: "Travel mug", category: "tableware", price: 19.9 },
	{ product_id: "p-green", name: "Sencha 100 g", category: "tea", price: 11.2 },
	{ product_id: "p-black", name: "Assam 250 g", category: "tea", price: 9.6 },
	{ product_id: "p-shoes", name: "Barista shoes", category: "shoes", price: 119 },
	{ product_id: "p-apron", name: "Apron", category: "clothing", price: 27 },
] as const;

export type Product = (typeof PRODUCTS)[number];

export const FIRST_NAMES = (
	"Ada Alan Amina Anna Arthur Bea Carlos Chloe Dana David Elif Emil Emma Farid Fiona Grace Hana Hugo Ida Igor Ines Ivan " +
	"Jana Jonas Julia Kai Lara Leo Lina Luca Maja Marco Maria Mateo Mia Milan Nadia Nina Noah Olga Omar Paula Pavel Rosa " +
	"Sara Sofia Tariq Tom Uma Vera Victor Wanda Yara Yusuf Zoe"
).split(" ");

export const LAST_NAMES = (
	"Adler Baker Bauer Bianchi Brandt Costa Dubois Ferrari Fischer Garcia Haddad Hansen Ivanova Jansen Kaya Keller Klein " +
	"Kowalski Lang Lefebvre Lopez Maier Martin Mensah Moreau Nagy Novak Okafor Olsen Pereira Peters Popov Rossi Roux Santos " +
	"Schmidt Silva Simon Smit Sousa Tanaka Urban Vogel Wagner Weber Wolf Young Zimmermann"
).split(" ");

export const CITIES = [
	{ city: "Paris", country: "FR" },
	{ city: "Lyon", country: "FR" },
	{ city: "Berlin", country: "DE" },
	{ city: "Hamburg", country: "DE" },
	{ city: "Vienna", country: "AT" },
	{ city: "Milan", country: "IT" },
	{ city: "Porto", country: "PT" },
	{ city: "Utrecht", country: "NL" },
] as const;

export const MAIL_HOSTS = ["mail.example", "post.example", "inbox.example", "letters.example"];

/** What people type at a till when they do not want to give an address. Each is given by many. */
export const FAKE_EMAILS = ["test@test.com", "noreply@shop.example", "no@email.com", "none@none.com"];

export const CALL_TOPICS = ["delivery", "invoice", "broken item", "advice", "complaint"];
